// Log lines about peers and the mixer: the host's events, limited in rate, and late ticks.
#pragma once

#include "server/host/host.hpp"
#include "server/net/peer_log.hpp"

namespace voiced {

class ServerLog {
 public:
  /// Logs what has happened in `host` since the last call.
  void events(Host& host, voice::TimePoint now);
  /// Warns of late ticks, at most every 10 s. @param late_ticks since the start.
  void lateness(std::uint64_t late_ticks, const Lobby& lobby, voice::TimePoint now);
  /// One line of statistics. `status` is complete.
  static void statistics(const ServerStatus& status);
  /// Lines left out since the start: too many about peers, or lost because nobody read them.
  [[nodiscard]] std::uint64_t lines_left_out() const;

 private:
  void tell(const event::Joined& joined, voice::TimePoint now);
  void tell(const event::Left& left, voice::TimePoint now);
  void tell(const event::HandshakeFailed& failed, voice::TimePoint now);
  void tell(const event::LoginFailed& failed, voice::TimePoint now);
  void tell(const event::LoggedIn& login, voice::TimePoint now);
  void tell(const event::Named& named, voice::TimePoint now);
  void tell(const event::Moved& moved, voice::TimePoint now);
  void tell(const event::NotMoved& stayed, voice::TimePoint now);
  void tell(const event::Noted& noted, voice::TimePoint now);
  void tell(const event::Draining& draining, voice::TimePoint now);
  void tell(const event::AcceptPaused& paused, voice::TimePoint now);

  PeerLog peers_;
  std::uint64_t late_ticks_told_ = 0;
  voice::TimePoint next_lateness_{};
};

}  // namespace voiced
