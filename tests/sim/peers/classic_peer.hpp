// A client of the original program: waits for the rate, then sends RTP as its card delivers, and
// never anything else. Its sequence numbers mean nothing (docs/protocol.md §2), so they are random
// here.
#pragma once

#include "tests/sim/oracle/slow_wire.hpp"
#include "tests/sim/peers/delay_meter.hpp"
#include "tests/sim/peers/peer.hpp"

namespace sim {

class ClassicPeer : public Peer {
 public:
  using Peer::Peer;

  [[nodiscard]] DelayMeter& delay() noexcept { return delay_; }
  [[nodiscard]] std::uint64_t frames_heard() const noexcept { return frames_heard_; }

 protected:
  void connected_now() override;
  void received(voice::Bytes bytes) override;
  void work() override;

 private:
  void understand(const Message& message);
  void send_frame();

  SlowDeframer stream_{voice::message_bytes_max_any_rate};
  bool announced_ = false;
  std::uint64_t held_samples_ = 0;  // captured, not yet a whole frame
  std::uint64_t said_samples_ = 0;  // of the voice, sent or discarded
  std::uint64_t frames_ = 0;
  std::uint16_t sequence_ = 4596;  // where the original starts
  std::vector<std::uint8_t> unsent_;
  std::uint64_t frames_heard_ = 0;
  DelayMeter delay_;
};

}  // namespace sim
