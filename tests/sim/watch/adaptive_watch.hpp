// Checks the promises of a server in mode `adaptive`, in all its rooms. No sample is predicted:
// sound that arrived within the limit is not lost, nothing is played that is too old, a talker is
// heard, and everybody in a room with a talker gets a frame. What is heard is judged at the peers
// (peers/adaptive_peer.hpp).
#pragma once

#include "tests/sim/oracle/held_sound.hpp"
#include "tests/sim/oracle/slow_wire.hpp"
#include "tests/sim/watch/watch.hpp"

#include <map>
#include <optional>
#include <string>

namespace sim {

class AdaptiveWatch final : public Watch {
 public:
  AdaptiveWatch(const World& world, const ServerSettings& settings);

  void begun(const voiced::Host& host) override;
  void joined(const voiced::Host& host, voiced::PeerId id, Manners manners) override;
  /// There are no logins.
  void let_in(const voiced::Host& host, voiced::PeerId id) override;
  void received(const voiced::Host& host, voiced::PeerId id, const Received& received,
                TimePoint now) override;
  void left(voiced::PeerId, voice::Bytes, TimePoint) override {}
  void heard_of(std::span<const voiced::HostEvent> events) override;
  void mixed(const voiced::Host&, TimePoint) override {}
  void gone(voiced::PeerId id) override { visitors_.erase(id.number); }
  void muted(std::uint64_t number, const voiced::Mutes& mutes) override;
  void reconfigured(const ServerSettings& settings) override;
  void check_old_id(voiced::Host&, TimePoint) const override {}
  void check_tick(const voiced::Host& host, TimePoint now) override;
  /// Every playout holds little more than it wants to.
  void check_healthy(const voiced::Host& host) const override;
  void check_complete() const override {}
  void check_end(const voiced::Host& host) const override;
  void check_nothing_left() const override;
  [[nodiscard]] std::size_t memory_bytes() const noexcept override;

 private:
  struct Visitor {
    voiced::PeerId id;
    SlowDeframer stream{voice::message_bytes_max_any_rate};
    HeldSound held;
    std::optional<std::uint16_t> last_sequence;
    // The state of its playout at the last check.
    int rate_hz = 0;
    voice::CodecId codec = voice::CodecId::pcmu;
    voice::PlayoutOptions options;
    voice::PlayoutCounters counters;
    voice::PlayoutTimes times;
    bool is_muted = false;
  };

  [[nodiscard]] static const voiced::Participant* participant(const voiced::Host& host,
                                                              const Visitor& visitor);
  void hear(Visitor& visitor, const SlowPacket& packet, const voice::Playout& playout,
            TimePoint now);
  void follow(Visitor& visitor, const voice::Playout& playout, const voiced::Host& host);
  void check_visitor(Visitor& visitor, const voiced::Host& host, TimePoint now);
  void check_rooms(const voiced::Host& host);
  [[nodiscard]] const voice::PlayoutOptions& options_of(const std::string& room) const;

  const World& world_;
  ServerSettings settings_;
  std::map<std::uint64_t, Visitor> visitors_;
  std::map<std::string, std::uint64_t> messages_out_;  // of each room, after the last tick
  voice::PlayoutTimes all_times_;                      // of the whole server
  std::size_t bytes_before_;
};

}  // namespace sim
