#include "server/host/counters.hpp"

namespace voiced {
void HostCounters::include(const Peer& peer, const Lobby& lobby) {
  add(received, peer.session.counters());
  outbox_dropped_messages += peer.hot.sender.outbox().dropped_messages();
  if (!peer.session.seat()) return;
  const Participant* const participant = lobby.find(*peer.session.seat());
  if (participant != nullptr) add(playout, participant->playout.counters());
}

void HostCounters::include_sent(const Peer& peer) noexcept {
  bytes_out += peer.hot.sender.bytes_sent();
  frames_out += peer.hot.sender.frames_sent();
}

}  // namespace voiced
