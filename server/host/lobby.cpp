#include "server/host/lobby.hpp"

#include "common/core/assert.hpp"

#include <algorithm>

namespace voiced {
namespace {

constexpr std::size_t samples_max = voice::rate_hz_max / voice::frames_per_second;
// 100 µs each.
constexpr double opus_backlog_per_s = 500;
constexpr double opus_backlog_min = 250;

}  // namespace

Lobby::Lobby(const RoomOptions& front, std::size_t participants_max, std::string password)
    : scratch_(participants_max, samples_max), password_(std::move(password)) {
  add(front);
  VOICE_ASSERT(rooms_.size() == 1);
  follow(front.playout);
  this->front().reserve();
}

RoomId Lobby::add(const RoomOptions& options) {
  const bool is_between_ticks = ticks_ != 0 && next_ == rooms_.size();
  rooms_.push_back(std::make_unique<Room>(options, scratch_));
  if (is_between_ticks) next_ = static_cast<std::uint32_t>(rooms_.size());
  return RoomId{static_cast<std::uint32_t>(rooms_.size() - 1)};
}

void Lobby::begin_tick() noexcept {
  VOICE_ASSERT(ticks_ == 0 || next_ == rooms_.size());
  ++ticks_;
  next_ = 0;
}

// The front room ticks even while it is empty: its numbers and timestamps go on, as in the
// original.
std::optional<RoomId> Lobby::next_room() noexcept {
  while (next_ < rooms_.size()) {
    const RoomId id{next_++};
    if (id == front_room || room(id).participants() > 0) return id;
  }
  return std::nullopt;
}

bool Lobby::is_password(std::string_view word) const noexcept {
  if (password_.empty()) return true;
  auto difference = static_cast<unsigned>(word.size() != password_.size());
  for (std::size_t i = 0; i < word.size(); ++i) {
    difference |= static_cast<unsigned char>(word[i] ^ password_[i % password_.size()]);
  }
  return difference == 0;
}

void Lobby::set_playout(const voice::PlayoutOptions& options) {
  for (const auto& room : rooms_) room->set_playout(options);
  follow(options);
}

// What a client holds back for as long as it may be caught up with must be let in.
void Lobby::follow(const voice::PlayoutOptions& options) noexcept {
  const bool is_adaptive = options.mode == voice::JitterMode::adaptive;
  catch_up_max_ = is_adaptive ? options.catch_up_max : voice::Duration{0};
  // Full: that a setting was changed is no flood.
  opus_backlog_ =
      voice::TokenBucket(opus_backlog_per_s, std::max(opus_backlog_min, backlog_messages()));
}

double Lobby::backlog_messages() const noexcept {
  const std::chrono::duration<double> catch_up = catch_up_max_;
  return 1.25 * voice::frames_per_second * catch_up.count();
}

void Lobby::set_loudness(bool limiter, bool level_talkers) {
  for (const auto& room : rooms_) {
    room->set_limiter(limiter);
    room->set_levelling(level_talkers);
  }
}

void Lobby::set_howl_guard(bool on) {
  for (const auto& room : rooms_) room->set_howl_guard(on);
}

void Lobby::set_codecs(voice::CodecSet codecs) noexcept {
  for (const auto& room : rooms_) room->set_codecs(codecs);
}

// Participants that are silent cost nothing yet, so the load alone does not tell.
bool Lobby::has_time_for_opus() const noexcept {
  std::size_t speakers = 0;
  for (const auto& room : rooms_) speakers += room->users_of(voice::CodecId::opus);
  return !is_pressed_ && speakers < opus_participants_max;
}

void Lobby::set_opus_kbits(int kbits) noexcept {
  for (const auto& room : rooms_) room->set_opus_kbits(kbits);
}

std::size_t Lobby::participants() const noexcept {
  std::size_t sum = 0;
  for (const auto& room : rooms_) sum += room->participants();
  return sum;
}

std::size_t Lobby::contributors() const noexcept {
  std::size_t sum = 0;
  for (const auto& room : rooms_) sum += room->participants() > 0 ? room->contributors() : 0;
  return sum;
}

std::uint64_t Lobby::packets_in() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& room : rooms_) sum += room->counters().packets_in;
  return sum;
}

}  // namespace voiced
