#include "common/playout/arrival_phase.hpp"

#include "common/core/assert.hpp"

#include <algorithm>

namespace voice {
namespace {

// On a calm network, the times of packets and of ticks vary by this much.
constexpr std::chrono::milliseconds margin{3};

}  // namespace

ArrivalPhase::ArrivalPhase(int observations, int ignored) noexcept
    : observations_(static_cast<std::uint8_t>(observations)),
      left_(observations_),
      ignored_(static_cast<std::uint8_t>(ignored)) {
  VOICE_ASSERT(observations <= UINT8_MAX && ignored >= 0 && ignored < observations);
  VOICE_ASSERT(ignored_ <= ignored_max);
  shortest_.fill(Microseconds::max());
}

void ArrivalPhase::observe(Duration waited) noexcept {
  if (waited < Duration::zero() || waited > frame_duration) return;
  if (const auto us = std::chrono::duration_cast<Microseconds>(waited); us < shortest_.back()) {
    shortest_.back() = us;
    std::sort(shortest_.begin(), shortest_.end());
  }
  if (--left_ == 0) end_window();
  VOICE_ASSERT(left_ > 0 && left_ <= observations_);
}

void ArrivalPhase::end_window() noexcept {
  static_assert((UINT8_MAX + 1) % windows_kept == 0);
  windows_[windows_ended_++ % windows_kept] = shortest_[ignored_];
  if (windows_ended_ == 0) windows_ended_ = windows_kept;
  left_ = observations_;
  shortest_.fill(Microseconds::max());
  if (windows_ended_ < windows_first) return;
  const auto known = std::min<std::size_t>(windows_ended_, windows_kept);
  const Microseconds least = *std::min_element(windows_.begin(), windows_.begin() + known);
  slack_ = std::max(least - Microseconds(margin), Microseconds::zero());
  VOICE_ASSERT(slack_ <= frame_duration);
}

}  // namespace voice
