#include "server/host/lobby.hpp"

#include "common/core/assert.hpp"

#include <algorithm>
#include <utility>

namespace voiced {
namespace {

constexpr std::size_t samples_max = voice::rate_hz_max / voice::frames_per_second;
// For packets of Opus; decoding one takes 100 µs.
constexpr double opus_backlog_per_s = 500;
constexpr double opus_backlog_min = 250;

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

void Lobby::follow_passwords() noexcept {
  has_passwords_ = std::any_of(places_.begin(), places_.end(), [](const Place& place) {
    return place.room && !place.rules.password.empty();
  });
}

std::optional<RoomId> Lobby::find(std::string_view name) const noexcept {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return std::nullopt;
  VOICE_ASSERT(has(found->second));
  return found->second;
}

voice::expected<RoomId, CloseReason> Lobby::enter(std::string_view name, const Access& access) {
  auto id = name.empty() ? std::optional(front_room) : find(name);
  if (!id) {
    if (!may_make(name)) return voice::unexpected(CloseReason::no_room);
    id = make_on_demand(name);
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

voice::Duration Lobby::catch_up_of(const voice::PlayoutOptions& playout) noexcept {
  if (playout.mode != voice::JitterMode::adaptive) return voice::Duration{0};
  return playout.catch_up_max;
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
  VOICE_ASSERT(on_demand_ <= rooms() && held_ <= on_demand_);
  VOICE_ASSERT(by_name_.size() == rooms());
}

}  // namespace voiced
