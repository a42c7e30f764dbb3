#include "common/playout/standing_queue.hpp"

#include <algorithm>

namespace voice {
namespace {

constexpr std::chrono::seconds window{1};

}  // namespace

std::size_t StandingQueue::surplus(std::size_t held_samples, TimePoint now) noexcept {
  if (!window_start_) {
    window_start_ = now;
    held_min_ = held_samples;
  }
  held_min_ = std::min(held_min_, held_samples);
  if (now - *window_start_ < window) return 0;
  const std::size_t surplus = held_min_ - std::min(held_min_, kept_samples_);
  window_start_.reset();
  return surplus;
}

}  // namespace voice
