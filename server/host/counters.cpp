#include "server/host/counters.hpp"

namespace voiced {
void HostCounters::include(const Peer& peer, const Lobby& lobby) {
  add(received, peer.session.counters());
  outbox_dropped_messages += peer.hot.sender.outbox().dropped_messages();
  if (!peer.session.seat()) return;
  const Participant* const participant = lobby.find(*peer.session.seat());
  if (participant == nullptr) return;
  const voice::Playout& its = participant->playout;
  add(playout, its.counters());
  add(playout_times, times_of(its.counters(), its.buffer().format()));
}

void HostCounters::include_sent(const Peer& peer) noexcept {
  bytes_out += peer.hot.sender.bytes_sent();
  frames_out += peer.hot.sender.frames_sent();
}

}  // namespace voiced
