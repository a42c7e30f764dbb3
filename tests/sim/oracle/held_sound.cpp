#include "tests/sim/oracle/held_sound.hpp"

#include "common/playout/packet_queue.hpp"

#include "tests/sim/world/world.hpp"

#include <algorithm>

namespace sim {
namespace {

// Ages are recorded in groups: six, besides the oldest and the newest.
constexpr int groups = 6;

Duration wait_max(Duration catch_up_max) noexcept {
  return catch_up_max + voice::late_tick_max;
}

}  // namespace

void HeldSound::set_limit(Duration catch_up_max) {
  catch_up_max_ = catch_up_max;
  for (Piece& piece : pieces_) piece.catch_up_max = std::max(piece.catch_up_max, catch_up_max);
}

void HeldSound::came(std::size_t samples, TimePoint now) {
  if (samples == 0) return;
  pieces_.push_back({now, samples, catch_up_max_});
  samples_ += samples;
}

void HeldSound::clear() noexcept {
  pieces_.clear();
  samples_ = 0;
}

// Takes only from the oldest piece.
std::size_t HeldSound::take(std::size_t samples_max) noexcept {
  Piece& oldest = pieces_.front();
  const std::size_t count = std::min(oldest.samples, samples_max);
  oldest.samples -= count;
  samples_ -= count;
  if (oldest.samples == 0) pieces_.pop_front();
  return count;
}

void HeldSound::ticked(std::size_t left, std::size_t lost, TimePoint now) {
  while (samples_ > left && lost > 0) lost -= take(std::min(lost, samples_ - left));
  while (samples_ > left) {
    promise(age(now) <= wait_max(pieces_.front().catch_up_max),
            "nothing is played that has waited for longer than catch-up-max-ms and a late tick");
    (void)take(samples_ - left);
  }
}

bool HeldSound::may_expire(TimePoint now) const noexcept {
  if (pieces_.empty()) return false;
  const Duration limit = wait_max(pieces_.front().catch_up_max);
  return age(now) > limit - limit / groups;
}

}  // namespace sim
