// What the server must have understood from one peer: reads the same stream bytes as its Session in
// the slow way, tells the oracle, and compares the two after every piece.
#pragma once

#include "server/host/session.hpp"

#include "tests/sim/oracle/mix_oracle.hpp"

#include <cstdint>

namespace sim {

class Hearing {
 public:
  /// @param is_outside nothing that it says is heard until let_in()
  Hearing(MixOracle& oracle, MixOracle::Key key, voice::AudioFormat format, bool is_outside);
  /// It has proved its identity.
  void let_in();

  /// Tells the oracle what `bytes` mean, after `session` has processed them. Throws a Violation if
  /// the session has counted or concluded otherwise. @param ended why the session wants to be
  /// closed, if it does
  void heard(voice::Bytes bytes, const voiced::Session& session,
             std::optional<voiced::CloseReason> ended, voice::TimePoint now);

  /// The number of messages that are not audio: those may allocate memory, audio may not.
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
