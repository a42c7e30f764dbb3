#include "server/host/counters.hpp"

namespace voiced {
void HostCounters::include(const Peer& peer, const Lobby& lobby) {
  const SessionCounters& session = peer.session.counters();
  bytes_in += session.bytes_in;
  bad_packets += session.bad_packets;
  foreign_packets += session.foreign_packets;
  excess_messages += session.excess_messages;
  outbox_dropped_messages += peer.hot.sender.outbox().dropped_messages();
  messages_in += session.messages_in;
  ignored_messages += session.ignored_messages;
  bad_texts += session.bad_texts;
  if (!peer.session.seat()) return;
  const Participant* const participant = lobby.find(*peer.session.seat());
  if (participant != nullptr) add(playout, participant->playout.counters());
}

void HostCounters::include_sent(const Peer& peer) noexcept {
  bytes_out += peer.hot.sender.bytes_sent();
  frames_out += peer.hot.sender.frames_sent();
}

}  // namespace voiced
