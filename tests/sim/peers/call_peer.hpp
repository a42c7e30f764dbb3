// The core of our own client, voicecli::Call, with a simulated sound card on one side and a link on
// the other. Compares what it gives to the loudspeaker with a model of what it was sent.
#pragma once

#include "client/call/call.hpp"

#include "tests/sim/oracle/jitter_model.hpp"
#include "tests/sim/oracle/slow_wire.hpp"
#include "tests/sim/peers/delay_meter.hpp"
#include "tests/sim/peers/peer.hpp"

#include <memory>
#include <optional>

namespace sim {

class CallPeer : public Peer {
 public:
  using Peer::Peer;
  ~CallPeer() override;

  [[nodiscard]] DelayMeter& delay() noexcept { return delay_; }
  [[nodiscard]] bool welcomed() const noexcept { return welcomed_; }
  /// The number over all its connections.
  [[nodiscard]] int welcomes() const noexcept { return welcomes_; }
  /// Records everything that the loudspeaker plays from now on, and returns what was recorded
  /// before.
  void note_what_is_heard() noexcept { heard_ = {}; }
  [[nodiscard]] std::uint64_t hash_of_what_is_heard() const noexcept { return heard_.value(); }
  /// Of the current or the last connection.
  [[nodiscard]] const voicecli::CallStatistics& statistics() const noexcept { return statistics_; }

 protected:
  void connected_now() override;
  void received(voice::Bytes bytes) override;
  void work() override;
  void disconnected() override;
  void say_goodbye() override;

 private:
  void follow_mutes(const Message& message);
  void capture();
  void play();
  void check_frame(std::span<const std::int16_t> frame);
  void send();
  void write_all();
  void take_events();
  void answer();

  std::unique_ptr<voicecli::Call> call_;
  voicecli::CallStatistics statistics_;
  bool welcomed_ = false;
  int welcomes_ = 0;
  int answers_in_ = 0;  // in so many ticks; 0: it has not been asked
  bool over_ = false;   // the call has said that it cannot continue
  std::uint64_t said_samples_ = 0;
  // The loudspeaker, and its model.
  std::uint64_t played_samples_ = 0;
  std::uint64_t played_frames_ = 0;
  SlowDeframer stream_{voice::message_bytes_max_any_rate};
  std::optional<JitterModel> model_;
  bool muted_loudspeaker_ = false;  // by the server
  DelayMeter delay_;
  ByteHash heard_;
};

}  // namespace sim
