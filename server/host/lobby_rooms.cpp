// The part of Lobby that decides which rooms exist.
#include "common/core/assert.hpp"
#include "common/wire/name_look.hpp"
#include "common/wire/text_message.hpp"
#include "server/host/lobby.hpp"

#include <algorithm>
#include <utility>

namespace voiced {

// All rooms announce the same rate, so that peers that cannot change their rate can also move.
RoomOptions Lobby::fitting(RoomOptions options) const noexcept {
  options.participants_max = std::min(options.participants_max, scratch_.participants_max);
  if (!places_.empty() && places_.front().room) options.other_format = front().first_format();
  return options;
}

std::unique_ptr<Room> Lobby::make(const RoomRules& rules) {
  return std::make_unique<Room>(fitting(rules.options), scratch_);
}

RoomId Lobby::add(const RoomRules& rules) {
  VOICE_ASSERT(!find(rules.options.name) && rooms() < rooms_max);
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(places_.size()));
    places_.push_back({.room = nullptr, .rules = rules});
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  Place& place = places_[index];
  place.room = make(rules);
  place.rules = rules;
  place.state = RoomState::open;
  place.is_on_demand = false;
  const RoomId id{index, place.generation};
  by_name_.emplace(rules.options.name, id);
  looks_.add(rules.options.name);
  if (catch_up_of(rules.options.playout) > catch_up_max_) follow_playout();
  check();
  return id;
}

// Removes an empty room.
void Lobby::end(RoomId id) {
  Place& ended = place(id);
  VOICE_ASSERT(id != front_room && ended.room->participants() == 0);
  packets_of_ended_rooms_ += ended.room->counters().packets_in;
  if (is_held(ended)) --held_;
  if (ended.is_on_demand) --on_demand_;
  if (std::exchange(ended.is_occupied, false)) {
    const bool is_between_ticks = next_ == occupied_.size();
    std::erase(occupied_, id);
    if (is_between_ticks) next_ = occupied_.size();
  }
  ended.room.reset();
  by_name_.erase(ended.rules.options.name);
  looks_.end(ended.rules.options.name);
  ended.rules.options.name.clear();
  ended.rules.password.clear();
  // After 2^32 rooms a place is retired.
  if (++ended.generation != 0) free_.push_back(id.index);
  add_waiting();
  check();
}

// Of the configured rooms for which there was no place.
void Lobby::add_waiting() {
  while (!waiting_.empty() && rooms() < rooms_max) {
    const RoomRules rules = std::move(waiting_.back());
    waiting_.pop_back();
    add(rules);
    follow_passwords();
  }
}

void Lobby::reconfigure(const RoomOptions& front, std::string password,
                        std::span<const RoomRules> rooms, std::size_t on_demand_max,
                        NameRule front_names) {
  VOICE_ASSERT(rooms.size() < rooms_max);
  on_demand_max_ = on_demand_max;
  apply(places_.front(), {front, std::move(password), front_names});
  waiting_.clear();
  std::vector<bool> is_named(places_.size() + rooms.size());
  is_named[front_room.index] = true;
  const auto take_over = [&](const RoomRules& rules) {
    if (const auto id = find(rules.options.name)) {
      is_named[id->index] = true;
      looks_.add(rules.options.name);
      if (is_held(place(*id))) --held_;
      if (std::exchange(place(*id).is_on_demand, false)) --on_demand_;
      apply(place(*id), rules);
      settle(*id);
    } else if (this->rooms() < rooms_max) {
      is_named[add(rules).index] = true;
    } else {
      waiting_.push_back(rules);
    }
  };
  std::for_each(rooms.begin(), rooms.end(), take_over);
  for (std::uint32_t i = 0; i < places_.size(); ++i) {
    Place& left = places_[i];
    if (is_named[i] || !left.room) continue;
    const RoomId id{i, left.generation};
    if (left.is_on_demand) {
      RoomRules rules = places_.front().rules;
      rules.options.name = left.rules.options.name;
      apply(left, rules);
    } else {
      if (left.state != RoomState::ending) looks_.retire(left.rules.options.name);
      left.state = RoomState::ending;
      settle(id);
    }
  }
  make_way();
  if (on_demand_max_ > 0) looks_.prepare();
  follow_playout();
  follow_passwords();
  check();
}

// Applies what can change during a call.
void Lobby::apply(Place& place, const RoomRules& rules) {
  const RoomOptions& options = rules.options;
  Room& room = *place.room;
  if (room.playout() != options.playout) room.set_playout(options.playout);
  room.set_limiter(options.limiter);
  room.set_levelling(options.level_talkers);
  room.set_howl_guard(options.howl_guard);
  room.set_silent_when_empty(options.silent_when_empty);
  room.set_codecs(options.codecs);
  if (room.opus_kbits() != options.opus_kbits) room.set_opus_kbits(options.opus_kbits);
  if (place.state == RoomState::ending) place.state = RoomState::open;
  place.rules = rules;
}

// Applies what had to wait until the room was empty.
void Lobby::settle(RoomId id) {
  Place& empty = place(id);
  if (empty.room->participants() > 0 || id == front_room) return;
  if (is_held(empty)) return;
  if (empty.is_on_demand || empty.state == RoomState::ending) return end(id);
  const RoomOptions wanted = fitting(empty.rules.options);
  if (empty.room->format() == wanted.format &&
      empty.room->participants_max() == wanted.participants_max) {
    return;
  }
  auto anew = make(empty.rules);
  anew->go_on_counting(empty.room->counters());
  empty.room = std::move(anew);
}

// While configured rooms wait for a place, none can be made on demand either, so the names of those
// that are held are safe without them.
void Lobby::make_way() {
  for (std::uint32_t i = 0; i < places_.size() && !waiting_.empty(); ++i) {
    const Place& each = places_[i];
    if (each.room && is_held(each) && each.room->participants() == 0) {
      end(RoomId{i, each.generation});
    }
  }
}

bool Lobby::can_hold(RoomId id) const noexcept {
  const Place& asked = place(id);
  return !asked.is_on_demand || is_held(asked) || held_ < rooms_held_max;
}

void Lobby::set_state(RoomId id, RoomState state) {
  Place& changed = place(id);
  VOICE_ASSERT(changed.state != RoomState::ending && state != RoomState::ending);
  VOICE_ASSERT(state == RoomState::open || can_hold(id));
  const bool was_held = is_held(changed);
  changed.state = state;
  if (is_held(changed) && !was_held) ++held_;
  if (!was_held || is_held(changed)) return;
  --held_;
  // If it is empty, the next tick ends it.
  occupy(id);
}

// On demand, nobody gets a room that others would take for another one, or for one that had members
// or a password until its file was removed.
bool Lobby::may_make(std::string_view name) {
  return on_demand_ - held_ < on_demand_max_ && rooms() < rooms_max &&
         voice::visible_name(name, room_name_bytes_max) == name && !voice::is_deceptive(name) &&
         !looks_.is_taken(name);
}

RoomId Lobby::make_on_demand(std::string_view name) {
  RoomRules rules = places_.front().rules;
  rules.options.name = name;
  const RoomId id = add(rules);
  place(id).is_on_demand = true;
  ++on_demand_;
  // If nobody takes a seat in it, the next tick ends it.
  occupy(id);
  return id;
}

}  // namespace voiced
