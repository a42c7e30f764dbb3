// The operator's commands about rooms, and how a participant moves from one room to another.
#include "common/core/assert.hpp"
#include "server/host/host.hpp"

#include <algorithm>

namespace voiced {
namespace {

// How long a newcomer may take to name a room. After that it counts as a classic peer, which
// cannot; until then a classic listener hears nothing. A Hello takes one round trip.
constexpr std::chrono::seconds choice_max{1};

}  // namespace

// Peers that have left keep their entries until their second is over.
void Host::begin_choice(PeerId peer, voice::TimePoint now) {
  if (choices_.size() >= places()) end_first_choice();
  choices_.push_back({peer, now + choice_max});
}

void Host::end_choices(voice::TimePoint now) {
  while (!choices_.empty() && choices_.front().end <= now) end_first_choice();
}

void Host::end_first_choice() {
  VOICE_ASSERT(!choices_.empty() && choices_.size() <= places());
  Peer* const peer = peers_.find(choices_.front().peer);
  choices_.pop_front();
  if (peer != nullptr && !peer->is_leaving()) peer->session.end_choice();
}

std::optional<MoveError> Host::move(std::uint64_t number, RoomId room) {
  if (find_guest(number) != nullptr) return MoveError::guest;
  const Peer* const peer = peers_.find(number);
  if (peer == nullptr) return MoveError::gone;
  if (!lobby_.exists(room) || lobby_.state(room) == RoomState::ending) return MoveError::no_room;
  if (lobby_.state(room) == RoomState::closed) return MoveError::closed;
  const Seat& seat = *peer->session.seat();
  const auto planned = std::find_if(moves_.begin(), moves_.end(),
                                    [&](const Move& each) { return each.peer == peer->id; });
  if (seat.room == room && planned == moves_.end()) return MoveError::same_room;
  // Participants that are about to come already have a place. One whose move elsewhere is called
  // off has never given up its own.
  const auto is_coming = [&](const Move& each) {
    if (each.to != room || each.peer == peer->id) return false;
    const Peer* const other = peers_.find(each.peer);
    return other != nullptr && other->has_seat() && other->session.seat()->room != room;
  };
  const auto coming =
      static_cast<std::size_t>(std::count_if(moves_.begin(), moves_.end(), is_coming));
  const Room& there = lobby_.room(room);
  const bool is_full = there.participants() + coming >= there.participants_max();
  if (is_full && seat.room != room) return MoveError::no_place;
  if (planned != moves_.end()) {
    planned->to = room;
  } else {
    moves_.push_back({peer->id, room});
  }
  VOICE_ASSERT(moves_.size() <= peers_.size());
  return std::nullopt;
}

// Between two ticks: the last tick in the old room fades out, and the first in the new one fades
// in.
void Host::continue_moves() {
  for (std::size_t i = 0; i < moves_.size();) {
    Move& move = moves_[i];
    Peer* const peer = peers_.find(move.peer);
    if (peer != nullptr && peer->has_seat() && !std::exchange(move.is_faded, true)) {
      const Seat& seat = *peer->session.seat();
      lobby_.room(seat.room).fade(seat.participant, voice::Fade::out);
      ++i;
      continue;
    }
    if (peer != nullptr && peer->has_seat()) arrive(*peer, move.to);
    moves_[i] = moves_.back();
    moves_.pop_back();
  }
}

// If the room has been filled, closed or removed in the meantime, the peer stays where it is.
void Host::arrive(Peer& peer, RoomId room) {
  const Seat before = *peer.session.seat();
  const bool is_open = lobby_.exists(room) && lobby_.state(room) < RoomState::closed;
  if (is_open && room != before.room) (void)peer.session.move(room);
  const Seat& seat = *peer.session.seat();
  lobby_.room(seat.room).fade(seat.participant, voice::Fade::in);
  if (seat == before) {
    if (room != before.room)
      events_.emplace_back(event::NotMoved{peer.id.number, lobby_.room(before.room).name()});
    return;
  }
  if (lobby_.name_rule(room) != NameRule::allow && find_alike(peer) != nullptr) {
    peer.session.set_name_doubtful(true);
  }
  peers_.seat(peer);
  peer.hot.sender.set_limits(outbox_limits_of(peer));
  if (peer.session.has_control()) peer.hot.sender.enlist();
  note_resized(peer.id);
  const bool is_left_out = lobby_.find(seat)->mutes.not_played_here;
  for (const SeatedGuest& seated : guests_) {
    if (is_left_out) leave_out(seated, peer, true);
  }
  events_.emplace_back(
      event::Moved{peer.id.number, lobby_.room(before.room).name(), lobby_.room(seat.room).name()});
}

bool Host::set_locked(RoomId room, bool locked) {
  if (!lobby_.exists(room) || lobby_.state(room) == RoomState::ending) return false;
  if (locked && !lobby_.can_hold(room)) return false;
  lobby_.set_state(room, locked ? RoomState::locked : RoomState::open);
  return true;
}

std::size_t Host::close_room(RoomId room, std::string_view words, voice::TimePoint now) {
  VOICE_ASSERT(room != front_room);
  if (!lobby_.exists(room) || !lobby_.can_hold(room)) return 0;
  std::size_t sent_away = 0;
  peers_.for_each_seated([&](Peer& peer) {
    if (peer.session.seat()->room != room) return;
    close(peer, CloseReason::room_closed, now, words);
    ++sent_away;
  });
  if (lobby_.state(room) != RoomState::ending) lobby_.set_state(room, RoomState::closed);
  return sent_away;
}

void Host::open_room(RoomId room) {
  if (lobby_.exists(room) && lobby_.state(room) == RoomState::closed)
    lobby_.set_state(room, RoomState::open);
}

}  // namespace voiced
