// What the host has counted since the start. Peers that are still connected keep counters of their
// own, which a snapshot (status.hpp) adds.
#pragma once

#include "server/host/close_reason.hpp"
#include "server/host/peer.hpp"

#include <cstdint>

namespace voiced {

struct HostCounters {
  CloseCounters closes;
  std::uint64_t connections = 0;
  std::uint64_t accept_pauses = 0;
  std::uint64_t logins_granted = 0;  // accounts, invitations, and the conference's password
  std::uint64_t handshakes_done = 0;
  std::uint64_t handshakes_failed = 0;  // no agreement, too late, or the peer left first
  // Of peers that have ended.
  std::uint64_t bytes_out = 0;
  std::uint64_t frames_out = 0;  // mixed frames that have left whole
  SessionCounters received;
  std::uint64_t outbox_dropped_messages = 0;
  voice::PlayoutCounters playout;
  voice::PlayoutTimes playout_times;

  /// Adds what a peer has counted. Call it while the peer still has its seat.
  void include(const Peer& peer, const Lobby& lobby);
  /// Adds what was sent to a peer. Call it when nothing more can be sent.
  void include_sent(const Peer& peer) noexcept;
};

}  // namespace voiced
