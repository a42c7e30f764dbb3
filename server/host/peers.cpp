#include "server/host/peers.hpp"

#include "common/core/assert.hpp"

#include <algorithm>
#include <utility>

namespace voiced {

// A handshake ends as a participant, a refused peer or a farewell. The extra place is for a
// newcomer while the peer that makes room for it is leaving.
Peers::Peers(std::size_t participants_max)
    : peers_(participants_max + handshakes_max + refused_max + farewells_max + 1),
      waiting_(peers_.size()),
      refused_(refused_max) {
  index_of_.emplace_back(participants_max);  // of the front room
  free_.reserve(peers_.size());
  for (std::size_t i = peers_.size(); i > 0; --i)
    free_.push_back(static_cast<std::uint32_t>(i - 1));
  leaving_.reserve(peers_.size());
  done_.reserve(peers_.size());
}

Peer& Peers::add(const PeerAddress& address, Lobby& lobby, voice::OutboxLimits limits,
                 bool require_hello, std::unique_ptr<voice::Transport> transport,
                 voice::TimePoint now) {
  VOICE_ASSERT(done_.empty() && !free_.empty());
  if (free_.size() == 1) end_oldest_farewell();
  const PeerId id{free_.back(), ++last_number_};
  free_.pop_back();
  peers_[id.index] =
      memory_.make(id, address, lobby, limits, waiting_, require_hello, std::move(transport), now);
  check();
  return *peers_[id.index];
}

void Peers::seat(const Peer& peer) {
  VOICE_ASSERT(peer.session.seat().has_value());
  const Seat& seat = *peer.session.seat();
  if (index_of_.size() <= seat.room.index) index_of_.resize(seat.room.index + 1);
  auto& of_room = index_of_[seat.room.index];
  if (of_room.size() <= seat.participant.slot) of_room.resize(seat.participant.slot + 1);
  of_room[seat.participant.slot] = peer.id.index;
  VOICE_ASSERT(&at(seat.room, seat.participant) == &peer);
}

void Peers::refuse(Peer& peer) {
  VOICE_ASSERT(!peer.hot.is_refused);
  peer.hot.is_refused = true;
  if (Peer* const gone = find(refused_.add(peer.id))) finish(*gone);
}

void Peers::begin_farewell(Peer& peer, voice::Duration limit, voice::TimePoint now) {
  VOICE_ASSERT(!peer.is_leaving());
  peer.hot.life = Life::farewell;
  peer.cold.farewell = Farewell(now, limit);
  leaving_.push_back(peer.id);
  check();
}

void Peers::finish(Peer& peer) {
  if (peer.hot.life == Life::done) return;
  if (peer.hot.life == Life::farewell) {
    const auto place = std::find(leaving_.begin(), leaving_.end(), peer.id);
    VOICE_ASSERT(place != leaving_.end());
    *place = leaving_.back();
    leaving_.pop_back();
  }
  peer.hot.life = Life::done;
  done_.push_back(peer.id);
  check();
}

// Called when there are more farewells than places for them: the newest one gets the place.
void Peers::end_oldest_farewell() {
  Peer* oldest = nullptr;
  for (const PeerId id : leaving_) {
    Peer* const peer = find(id);
    if (peer->hot.is_refused) continue;
    if (oldest == nullptr || peer->cold.farewell.began() < oldest->cold.farewell.began()) {
      oldest = peer;
    }
  }
  VOICE_ASSERT(oldest != nullptr);
  finish(*oldest);
}

Peer* Peers::find(PeerId id) const noexcept {
  VOICE_ASSERT(id.index < peers_.size());
  Peer* const peer = peers_[id.index].get();
  return peer != nullptr && peer->id.number == id.number ? peer : nullptr;
}

Peer* Peers::find(std::uint64_t number) const noexcept {
  for (const auto& peer : peers_) {
    if (!peer || peer->id.number != number) continue;
    return peer->has_seat() ? peer.get() : nullptr;
  }
  return nullptr;
}

void Peers::release_done() {
  for (const PeerId id : done_) {
    VOICE_ASSERT(find(id) != nullptr);
    peers_[id.index].reset();
    free_.push_back(id.index);
  }
  done_.clear();
  check();
}

void Peers::check() const noexcept {
  VOICE_ASSERT(free_.size() <= peers_.size());
  VOICE_ASSERT(last_number_ >= size());
  VOICE_ASSERT(leaving_.size() + done_.size() <= size());
}

}  // namespace voiced
