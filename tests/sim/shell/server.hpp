// The second shell: the server's core with links instead of sockets and the world's clock instead
// of the machine's. Every 20 ms it reads, mixes and writes as server/net does, and holds everything
// that happened against the oracle (server_checks.cpp). Owns the conference and the connections.
#pragma once

#include "common/playout/tick_schedule.hpp"
#include "server/conference/sender.hpp"
#include "server/conference/session.hpp"

#include "tests/sim/shell/hearing.hpp"
#include "tests/sim/shell/sent_ledger.hpp"
#include "tests/sim/world/link.hpp"
#include "tests/sim/world/world.hpp"

#include <memory>
#include <vector>

namespace sim {

struct ServerSettings {
  int rate_hz = 8000;
  int jitter_depth_packets = 6;
  std::size_t participants_max = 256;
  voice::OutboxLimits outbox{};
  std::chrono::seconds stall_limit{10};
  Duration lateness_max{0};  // ticks are late by up to this, at random
  bool local = false;        // the server's own microphone and loudspeaker take part
  int mix_check_period = 1;  // compare the mixes with the oracle's at every n-th tick
};

/// What may be expected of a visitor.
enum class Manners : std::uint8_t {
  hostile,  // may be closed for any reason
  honest,   // never breaks the protocol: must not be closed for that
  healthy,  // honest, over a good link, with an exact clock: loses nothing as long as the server
            // lives
};

class Server {
 public:
  Server(World& world, const ServerSettings& settings);
  ~Server();

  /// A peer has connected; it is let in at the next tick.
  void accept(std::shared_ptr<Wire> wire, Manners manners) {
    waiting_.push_back({std::move(wire), manners});
  }

  /// The process stops for a while (SIGSTOP, a suspended machine).
  void pause(Duration duration) { paused_until_ = world_.now() + duration; }

  /// The operator's hand: mutes, a new jitter depth, the end.
  void mute_somebody();
  void set_jitter_depth(int depth_packets);
  void close_all(voiced::CloseReason reason);

  /// Throws a Violation unless every healthy visitor has been heard, and has been sent to, without
  /// a gap.
  void check_healthy() const;
  /// Throws a Violation unless everybody who is here was sent every frame that was meant for it.
  void check_complete() const;
  /// What conference and sessions hold now.
  [[nodiscard]] std::size_t memory_bytes() const noexcept;
  /// The last visitor has gone: throws a Violation unless nothing is left of any of them, ends the
  /// conference, and throws unless nothing is left of that either.
  void end();

  [[nodiscard]] const voiced::Conference& conference() const noexcept { return *conference_; }
  [[nodiscard]] const voiced::CloseCounters& closes() const noexcept { return closes_; }
  [[nodiscard]] std::uint64_t ticks_skipped() const noexcept { return schedule_.skipped(); }
  [[nodiscard]] std::size_t visitors() const noexcept { return connections_.size(); }
  [[nodiscard]] voice::AudioFormat format() const noexcept { return conference_->format(); }
  [[nodiscard]] int rate_hz() const noexcept { return settings_.rate_hz; }

 private:
  struct Visitor {
    std::shared_ptr<Wire> wire;
    Manners manners;
  };
  struct Connection;

  void wake();
  void tick(TimePoint now);
  void let_in(const Visitor& visitor, TimePoint now);
  void read(Connection& connection, TimePoint now);
  void flush_waiting(TimePoint now);
  void flush(Connection& connection, TimePoint now);
  [[nodiscard]] voiced::Written write(Connection& connection, voice::Bytes bytes, TimePoint now);
  void send(Connection& connection, voice::Bytes message, voice::MessageClass kind, TimePoint now);
  void send_control(Connection& connection, TimePoint now);
  void mix(TimePoint now);
  void send_signs_of_life(TimePoint now);
  void capture_local(TimePoint now);
  void knock_with_old_id(TimePoint now);
  void close(Connection& connection, voiced::CloseReason reason, TimePoint now);
  void end_closing(TimePoint now);
  [[nodiscard]] Connection* find(voiced::ConnectionId id) const noexcept;
  [[nodiscard]] Connection* connection_of(voiced::ParticipantId id) const noexcept;

  void check_reason(const Connection& connection, voiced::CloseReason reason) const;
  void check_mix(std::span<const voiced::ParticipantId> listeners);
  void check_message(MixOracle::Key listener, voice::Bytes message) const;
  void check_bounds(TimePoint now) const;
  void check_connection(const Connection& connection, TimePoint now) const;
  [[nodiscard]] std::size_t connection_bytes_max() const noexcept;

  World& world_;
  ServerSettings settings_;
  MixOracle oracle_;
  std::size_t server_bytes_before_;
  std::unique_ptr<voiced::Conference> conference_;
  std::size_t conference_bytes_ = 0;
  std::optional<voiced::ParticipantId> local_;
  std::optional<voiced::ParticipantId> gone_;  // whoever left last
  Random local_voice_;
  voice::TickSchedule schedule_;
  TimePoint paused_until_{};
  std::vector<Visitor> waiting_;
  std::vector<std::unique_ptr<Connection>> connections_;  // in the order of their numbers
  voiced::WaitingList waiting_list_{4096};
  std::vector<Connection*> connection_of_slot_;
  voiced::CloseCounters closes_;
  std::uint64_t last_number_ = 0;
  std::uint64_t admitted_ = 0;
  std::uint64_t ticks_ = 0;
};

}  // namespace sim
