#include "server/host/lobby.hpp"

#include "common/core/assert.hpp"
#include "common/wire/text_message.hpp"

#include <algorithm>
#include <utility>

namespace voiced {
namespace {

constexpr std::size_t samples_max = voice::rate_hz_max / voice::frames_per_second;
// For packets of Opus; decoding one takes 100 µs.
constexpr double opus_backlog_per_s = 500;
constexpr double opus_backlog_min = 250;

// How late a client's sound may be and still be played.
voice::Duration catch_up_of(const voice::PlayoutOptions& playout) noexcept {
  if (playout.mode != voice::JitterMode::adaptive) return voice::Duration{0};
  return playout.catch_up_max;
}

}  // namespace

const char* to_string(RoomState state) noexcept {
  switch (state) {
    case RoomState::open:
      return "open";
    case RoomState::locked:
      return "locked";
    case RoomState::closed:
      return "closed";
    case RoomState::ending:
      return "ending";
  }
  return "unknown";
}

Lobby::Lobby(const RoomOptions& front, std::size_t participants_max, std::string password)
    : scratch_(participants_max, samples_max) {
  const RoomId id = add({front, std::move(password)});
  VOICE_ASSERT(id == front_room);
  occupy(id);
  this->front().reserve();
  follow_passwords();
}

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
  if (catch_up_of(rules.options.playout) > catch_up_max_) follow_playout();
  check();
  return id;
}

// Removes an empty room.
void Lobby::end(RoomId id) {
  Place& ended = place(id);
  VOICE_ASSERT(id != front_room && ended.room->participants() == 0);
  packets_of_ended_rooms_ += ended.room->counters().packets_in;
  if (ended.is_on_demand) --on_demand_;
  if (std::exchange(ended.is_occupied, false)) {
    const bool is_between_ticks = next_ == occupied_.size();
    std::erase(occupied_, id);
    if (is_between_ticks) next_ = occupied_.size();
  }
  ended.room.reset();
  by_name_.erase(ended.rules.options.name);
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
      left.state = RoomState::ending;
      settle(id);
    }
  }
  follow_playout();
  follow_passwords();
  check();
}

void Lobby::follow_passwords() noexcept {
  has_passwords_ = std::any_of(places_.begin(), places_.end(), [](const Place& place) {
    return place.room && !place.rules.password.empty();
  });
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

std::optional<RoomId> Lobby::find(std::string_view name) const noexcept {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return std::nullopt;
  VOICE_ASSERT(has(found->second));
  return found->second;
}

void Lobby::set_state(RoomId id, RoomState state) noexcept {
  VOICE_ASSERT(place(id).state != RoomState::ending && state != RoomState::ending);
  place(id).state = state;
}

voice::expected<RoomId, CloseReason> Lobby::enter(std::string_view name, const Access& access) {
  auto id = name.empty() ? std::optional(front_room) : find(name);
  if (!id) {
    if (on_demand_ >= on_demand_max_ || rooms() >= rooms_max ||
        voice::visible_name(name, room_name_bytes_max) != name) {
      return voice::unexpected(CloseReason::no_room);
    }
    RoomRules rules = places_.front().rules;
    rules.options.name = name;
    id = add(rules);
    place(*id).is_on_demand = true;
    ++on_demand_;
    // If nobody takes a seat in it, the next tick ends it.
    occupy(*id);
  }
  const bool is_closed = place(*id).state >= RoomState::closed;
  if (!is_closed && !is_admitted(roles(*id), place(*id).rules.options.name, access)) {
    return voice::unexpected(CloseReason::not_a_member);
  }
  switch (place(*id).state) {
    case RoomState::open:
      return *id;
    case RoomState::locked:
      if (role_in(*id, access) == Role::operator_) return *id;
      return voice::unexpected(CloseReason::room_locked);
    case RoomState::closed:
      return voice::unexpected(CloseReason::room_closed);
    case RoomState::ending:
      break;
  }
  return voice::unexpected(CloseReason::no_room);
}

Role Lobby::role_in(RoomId id, const Access& access) const {
  const RoomRules& rules = place(id).rules;
  return voiced::role_in(rules.roles, guests(id), rules.options.name, access);
}

voice::expected<Seat, JoinError> Lobby::join(RoomId id) {
  if (participants() >= scratch_.participants_max) return voice::unexpected(JoinError::room_full);
  const auto participant = room(id).join();
  if (!participant) return voice::unexpected(participant.error());
  occupy(id);
  return Seat{id, *participant};
}

void Lobby::leave(const Seat& seat) noexcept {
  if (has(seat.room)) room(seat.room).leave(seat.participant);
}

voice::expected<Seat, JoinError> Lobby::move(const Seat& seat, RoomId to, voice::AudioFormat format,
                                             voice::CodecId codec) {
  VOICE_ASSERT(find(seat) != nullptr && has(to) && seat.room != to);
  if (!room(to).has_place()) return voice::unexpected(JoinError::room_full);
  auto participant = room(seat.room).release(seat.participant);
  // The codec may not exist at the other rate.
  if (format != participant->playout.format()) participant->playout.set_codec(voice::CodecId::pcmu);
  participant->playout.set_format(format);
  participant->playout.set_codec(codec);
  const auto id = room(to).admit(std::move(participant));
  occupy(to);
  return Seat{to, id};
}

void Lobby::occupy(RoomId id) {
  if (std::exchange(place(id).is_occupied, true)) return;
  const bool is_between_ticks = next_ == occupied_.size();
  occupied_.push_back(id);
  if (is_between_ticks) next_ = occupied_.size();
  check();
}

// Removes empty rooms from the list, in which the front room always comes first.
void Lobby::begin_tick() {
  VOICE_ASSERT(next_ == occupied_.size() || ticks_ == 0);
  ++ticks_;
  for (std::size_t i = 1; i < occupied_.size();) {
    const RoomId id = occupied_[i];
    if (room(id).participants() > 0) {
      ++i;
      continue;
    }
    occupied_[i] = occupied_.back();
    occupied_.pop_back();
    place(id).is_occupied = false;
    settle(id);
  }
  next_ = 0;
  scratch_.howl_comparisons_left = 1;
  scratch_.playouts.begin_tick();
}

// The front room ticks even while it is empty: its numbers and timestamps go on, as in the
// original.
std::optional<RoomId> Lobby::next_room() noexcept {
  while (next_ < occupied_.size()) {
    const RoomId id = occupied_[next_++];
    if (id == front_room || room(id).participants() > 0) return id;
  }
  return std::nullopt;
}

bool Lobby::is_front_guarded() const noexcept {
  return !places_.front().rules.password.empty() || places_.front().state != RoomState::open ||
         guests(front_room) == Guests::none;
}

bool Lobby::is_password(RoomId id, std::string_view word) const noexcept {
  const std::string& password = place(id).rules.password;
  if (password.empty()) return true;
  auto difference = static_cast<unsigned>(word.size() != password.size());
  for (std::size_t i = 0; i < word.size(); ++i) {
    difference |= static_cast<unsigned char>(word[i] ^ password[i % password.size()]);
  }
  return difference == 0;
}

// The backlog of Opus must have room for what a client may deliver late and catch up with.
void Lobby::follow_playout() noexcept {
  voice::Duration longest{0};
  for_each([&](RoomId id) { longest = std::max(longest, catch_up_of(room(id).playout())); });
  if (longest == catch_up_max_) return;
  catch_up_max_ = longest;
  // Starts full: a change of the setting must not drop packets.
  opus_backlog_ =
      voice::TokenBucket(opus_backlog_per_s, std::max(opus_backlog_min, backlog_messages()));
  VOICE_ASSERT(backlog_messages() >= 0);
}

double Lobby::backlog_messages() const noexcept {
  const std::chrono::duration<double> catch_up = catch_up_max_;
  return 1.25 * voice::frames_per_second * catch_up.count();
}

// Participants that are silent cost nothing yet, so the load alone does not tell.
bool Lobby::has_time_for_opus() const noexcept {
  std::size_t speakers = 0;
  for (const RoomId id : occupied_) speakers += room(id).users_of(voice::CodecId::opus);
  return !is_pressed_ && speakers < opus_participants_max;
}

std::size_t Lobby::participants() const noexcept {
  std::size_t sum = 0;
  for (const RoomId id : occupied_) sum += room(id).participants();
  return sum;
}

std::size_t Lobby::contributors() const noexcept {
  std::size_t sum = 0;
  for (const RoomId id : occupied_)
    sum += room(id).participants() > 0 ? room(id).contributors() : 0;
  return sum;
}

std::uint64_t Lobby::packets_in() const noexcept {
  std::uint64_t sum = packets_of_ended_rooms_;
  for_each([&](RoomId id) { sum += room(id).counters().packets_in; });
  return sum;
}

void Lobby::check() const noexcept {
  VOICE_ASSERT(!occupied_.empty() || places_.size() <= 1);
  VOICE_ASSERT(occupied_.empty() || occupied_.front() == front_room);
  VOICE_ASSERT(free_.size() < places_.size() || places_.empty());
  VOICE_ASSERT(occupied_.size() <= rooms());
  VOICE_ASSERT(on_demand_ <= rooms());
  VOICE_ASSERT(by_name_.size() == rooms());
}

}  // namespace voiced
