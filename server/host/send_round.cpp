#include "server/host/send_round.hpp"

#include "common/core/assert.hpp"
#include "common/core/prefetch.hpp"

#include <utility>

namespace voiced {
namespace {

// After our side is shut down, nothing more can be sent.
bool may_send(const Peer& peer) noexcept {
  return peer.hot.life != Life::done &&
         !(peer.hot.life == Life::farewell && peer.cold.farewell.is_shut_down());
}

}  // namespace

void SendRound::begin_tick() noexcept {
  VOICE_ASSERT(phase_ == Phase::over && to_ == nullptr && current_ == nullptr);
  phase_ = Phase::waiting;
  place_ = 0;
}

void SendRound::begin_room(RoomId room, std::span<const ParticipantId> listeners) noexcept {
  VOICE_ASSERT(phase_ == Phase::waiting || phase_ == Phase::over);
  VOICE_ASSERT(due_ == Piece::none);
  room_ = room;
  listeners_ = listeners;
  if (phase_ == Phase::over) phase_ = Phase::mixes, place_ = 0;
  // Later ones are prefetched while these are sent to.
  fetch_early(0);
  fetch_early(1);
}

std::optional<PeerId> SendRound::next(voice::TimePoint now) {
  if (current_ != nullptr) queue_due(*current_, now);
  Peer* found = nullptr;
  if (phase_ == Phase::waiting) {
    found = next_waiting();
    if (found == nullptr) phase_ = Phase::mixes, place_ = 0;
  }
  if (phase_ == Phase::mixes) {
    found = next_listener(now);
    if (found == nullptr) {
      phase_ = Phase::signs, place_ = 0;
      listeners_ = lobby_.room(room_).quiet_listeners();
    }
  }
  if (phase_ == Phase::signs) {
    found = next_quiet(now);
    if (found == nullptr) phase_ = Phase::over;
  }
  VOICE_ASSERT((found == nullptr) == (phase_ == Phase::over));
  current_ = found;
  return found == nullptr ? std::nullopt : std::optional(found->id);
}

// The peer named last has been offered its waiting bytes; it stays in the list if any are left.
Peer* SendRound::next_waiting() noexcept {
  WaitingList& waiting = peers_.waiting();
  if (current_ != nullptr) {
    if (!current_->all_sent() && may_send(*current_)) {
      ++place_;
    } else {
      current_->hot.sender.not_waiting();
      waiting.remove(place_);
    }
  }
  while (place_ < waiting.size()) {
    Peer* const peer = peers_.find(waiting.at(place_));
    if (peer != nullptr && may_send(*peer)) return peer;
    if (peer != nullptr) peer->hot.sender.not_waiting();
    waiting.remove(place_);
  }
  return nullptr;
}

Peer* SendRound::next_listener(voice::TimePoint now) {
  while (place_ < listeners_.size()) {
    const ParticipantId id = listeners_[place_++];
    fetch_early(place_ + 1);
    Peer& peer = peers_.at(room_, id);
    // Closing somebody in this round may have closed this one, too.
    if (peer.is_leaving()) continue;
    due_ = Piece::mix;
    due_to_ = id;
    if (peer.all_sent()) return &peer;
    queue_due(peer, now);
  }
  return nullptr;
}

// To a peer that speaks voice/1, that a pause begins: behind what it has still to hear, if anything
// waits. To others, against proxies that cut off idle connections: not needed if anything waits.
Peer* SendRound::next_quiet(voice::TimePoint now) {
  while (place_ < listeners_.size()) {
    const ParticipantId id = listeners_[place_++];
    Peer& peer = peers_.at(room_, id);
    if (peer.is_leaving()) continue;
    if (peer.all_sent()) {
      due_ = Piece::sign;
      due_to_ = id;
      return &peer;
    }
    if (peer.session.dialect() != Dialect::voice1) continue;
    const voice::Bytes message = lobby_.room(room_).sign_of_life(id);
    peer.hot.sender.queue(message, voice::MessageClass::control, now);
  }
  return nullptr;
}

voice::Bytes SendRound::due_message() noexcept {
  Room& room = lobby_.room(room_);
  return due_ == Piece::sign ? room.sign_of_life(due_to_) : room.message_for(due_to_);
}

voice::Bytes SendRound::offer(Peer& peer, voice::TimePoint now) {
  VOICE_ASSERT(to_ == nullptr);
  if (!may_send(peer)) return {};
  if (!peer.session.channel().is_plain()) return offer_sealed(peer, now);
  Sender& sender = peer.hot.sender;
  if (&peer == current_ && phase_ == Phase::waiting) {
    bytes_ = sender.waiting(now);
    offered_ = Piece::waiting;
  }
  if (sender.empty() && peer.session.has_control()) {
    control_ = peer.session.next_control();
    bytes_ = control_;
    offered_ = Piece::control;
  } else if (sender.empty() && &peer == current_ && due_ != Piece::none) {
    bytes_ = due_message();
    offered_ = std::exchange(due_, Piece::none);
  } else if (sender.empty() || offered_ != Piece::waiting) {
    queue_answers(peer, now);
    bytes_ = {};
  }
  if (bytes_.empty()) {
    offered_ = Piece::none;
    return {};
  }
  to_ = &peer;
  VOICE_ASSERT(offered_ != Piece::none);
  return bytes_;
}

// Sealed messages cannot be dropped, so a message is sealed only when it is offered to the system;
// until then it waits in the outbox.
voice::Bytes SendRound::offer_sealed(Peer& peer, voice::TimePoint now) {
  queue_answers(peer, now);
  Sender& sender = peer.hot.sender;
  voice::Channel& channel = peer.session.channel();
  bytes_ = {};
  if (&peer == current_ && due_ == Piece::mix && sender.empty() && !peer.is_leaving()) {
    const voice::Bytes mix = due_message();
    due_ = Piece::none;
    bytes_ = sender.sealed_at_once(channel, mix, now);
  }
  if (&peer == current_ && due_ == Piece::sign) {
    peer.hot.sender.queue(due_message(), voice::MessageClass::control, now);
  }
  if (&peer == current_) queue_due(peer, now);
  if (bytes_.empty()) bytes_ = sender.sealed(channel, now);
  if (bytes_.empty()) return {};
  offered_ = Piece::sealed;
  to_ = &peer;
  return bytes_;
}

bool SendRound::taken(std::size_t bytes, voice::TimePoint now) {
  VOICE_ASSERT(to_ != nullptr && bytes <= bytes_.size());
  Peer& peer = *std::exchange(to_, nullptr);
  Sender& sender = peer.hot.sender;
  const Piece piece = std::exchange(offered_, Piece::none);
  if (piece == Piece::sealed) {
    const bool took_all = bytes == std::exchange(bytes_, {}).size();
    sender.sealed_taken(peer.session.channel(), bytes, now);
    return took_all;
  }
  if (piece == Piece::waiting) {
    sender.taken(bytes, now);
  } else {
    const bool is_mix = piece == Piece::mix;
    sender.offered(bytes_, is_mix ? voice::MessageClass::audio : voice::MessageClass::control, now,
                   bytes);
  }
  bytes_ = {};
  control_ = {};
  if (!sender.empty()) {
    queue_answers(peer, now);
    if (&peer == current_) queue_due(peer, now);
    return false;
  }
  return peer.session.has_control() || (&peer == current_ && due_ != Piece::none);
}

void SendRound::forget(const Peer& peer) noexcept {
  if (to_ == &peer) {
    to_ = nullptr;
    offered_ = Piece::none;
    bytes_ = {};
  }
  if (current_ == &peer) due_ = Piece::none;
  VOICE_ASSERT((to_ == nullptr) == (offered_ == Piece::none));
}

// Something is already waiting for this peer: its answers wait behind that.
void SendRound::queue_answers(Peer& peer, voice::TimePoint now) {
  while (peer.session.has_control()) {
    peer.hot.sender.queue(peer.session.next_control(), voice::MessageClass::control, now);
  }
}

void SendRound::queue_due(Peer& peer, voice::TimePoint now) {
  if (due_ == Piece::mix && !peer.is_leaving()) {
    peer.hot.sender.queue(due_message(), voice::MessageClass::audio, now);
  }
  due_ = Piece::none;
}

void SendRound::fetch_early(std::size_t place) const noexcept {
  if (place >= listeners_.size()) return;
  voice::prefetch(peers_.peek(room_, listeners_[place]), peer_sending_bytes);
}

}  // namespace voiced
