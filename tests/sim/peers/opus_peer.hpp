// A client that speaks Opus, with our Call inside: it sends something like speech, and records what
// it hears. No sample survives the codec, so the sound is judged by its similarity to what was
// said, and by its delay.
#pragma once

#include "client/call/call.hpp"

#include "tests/sim/peers/peer.hpp"

#include <memory>
#include <vector>

namespace sim {

class OpusPeer : public Peer {
 public:
  /// @param speech_seed for what it says
  OpusPeer(World& world, Server& server, PeerSettings settings, std::uint32_t speech_seed);
  ~OpusPeer() override;

  /// Whether the server has agreed to Opus.
  [[nodiscard]] bool has_opus() const noexcept { return has_opus_; }

  struct Heard {
    double snr_db = 0;  // mean over the pieces of speech; below 0: something else
    Duration age{0};    // from mouth to ear
  };
  /// Compares what it has heard in the last `length` with what the talker said. The talker must
  /// have connected at the same moment.
  [[nodiscard]] Heard heard_of(const OpusPeer& talker, Duration length) const;
  /// Its level in that time, in dBFS.
  [[nodiscard]] double level_dbfs(Duration length) const;

 protected:
  void connected_now() override;
  void received(voice::Bytes bytes) override;
  void work() override;
  void disconnected() override;
  void say_goodbye() override;

 private:
  void capture();
  void play();
  void send();
  [[nodiscard]] std::span<const std::int16_t> last_heard(Duration length) const;

  std::vector<std::int16_t> speech_;  // repeated
  std::unique_ptr<voicecli::Call> call_;
  std::uint64_t said_samples_ = 0;
  std::vector<std::int16_t> heard_;
  bool has_opus_ = false;
};

}  // namespace sim
