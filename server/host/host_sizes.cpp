// How much may wait for a peer, and how long its messages are.
#include "server/host/host.hpp"

#include <algorithm>

namespace voiced {

// A client that speaks voice/1 catches up after a stall by playing faster; other clients may not.
// In mode fixed, late sound is not played.
voice::OutboxLimits Host::outbox_limits_of(const Peer& peer) const noexcept {
  const auto& playout = room_of(peer).playout();
  const bool catches_up =
      playout.mode == voice::JitterMode::adaptive && peer.session.dialect() == Dialect::voice1;
  return voice::outbox_limits(
      options_.outbox_age_max, catches_up ? playout.catch_up_max : voice::Duration{0},
      voice::sound_message_bytes(peer.session.format(), peer.session.codec()));
}

void Host::note_resized(PeerId id) {
  if (std::find(resized_.begin(), resized_.end(), id) == resized_.end()) resized_.push_back(id);
}

std::size_t Host::message_bytes(PeerId id) const noexcept {
  const Peer* const peer = peers_.find(id);
  if (peer == nullptr) {
    return voice::sound_message_bytes(lobby_.front().first_format(), voice::CodecId::pcmu);
  }
  return voice::usual_message_bytes(peer->session.format(), peer->session.codec(),
                                    room_of(*peer).opus_kbits());
}

const Room& Host::room_of(const Peer& peer) const noexcept {
  const auto& seat = peer.session.seat();
  return seat ? lobby_.room(seat->room) : lobby_.front();
}

}  // namespace voiced
