// What the server must have understood of one peer: the same stream bytes that its Session gets,
// read the slow way, told to the oracle. Compares the two after every piece.
#pragma once

#include "server/host/session.hpp"

#include "tests/sim/oracle/mix_oracle.hpp"

#include <cstdint>

namespace sim {

class Hearing {
 public:
  /// @param is_outside until let_in(), nothing that it says is heard
  Hearing(MixOracle& oracle, MixOracle::Key key, voice::AudioFormat format, bool is_outside);
  /// It has proved who it is.
  void let_in();

  /// Tells the oracle what `bytes` mean, once `session` has had the same. Throws a Violation when
  /// the session has counted or concluded otherwise. @param ended why it wants to be closed, if it
  /// does.
  void heard(voice::Bytes bytes, const voiced::Session& session,
             std::optional<voiced::CloseReason> ended, voice::TimePoint now);

  /// Messages that are not audio: those may cost memory, audio may not.
  [[nodiscard]] std::uint64_t texts() const noexcept { return texts_; }

 private:
  void message(const Message& message, voice::TimePoint now);
  void hear(SlowPacket packet, voice::TimePoint now);

  MixOracle& oracle_;
  MixOracle::Key key_;
  std::size_t frame_samples_;
  std::size_t shown_bytes_max_;
  SlowDeframer stream_;
  bool is_outside_;
  bool said_hello_ = false;
  bool speaks_opus_ = false;
  std::uint64_t messages_ = 0;
  std::uint64_t texts_ = 0;
  std::uint64_t excess_before_ = 0;
};

}  // namespace sim
