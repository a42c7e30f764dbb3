#include "common/device/playback_target.hpp"

#include <algorithm>

namespace voice {
namespace {

using std::chrono::milliseconds;

std::size_t samples_in(int rate_hz, milliseconds time) {
  return static_cast<std::size_t>(rate_hz) * static_cast<std::size_t>(time.count()) / 1000;
}

constexpr milliseconds step{10};
constexpr milliseconds target_max{150};
// What was not needed for this long is removed: soon after a single bad spell, later if bad spells
// come again and again.
constexpr std::chrono::seconds window_min{2};
constexpr std::chrono::seconds window_max{30};
// Gaps closer together than spell_max are one bad spell; after spells_apart_max, a gap counts as
// the first again.
constexpr std::chrono::seconds spell_max{1};
constexpr std::chrono::minutes spells_apart_max{1};

}  // namespace

PlaybackTarget::PlaybackTarget(int rate_hz, std::size_t block_samples, Writer writer) noexcept
    : step_samples_(samples_in(rate_hz, step)),
      block_samples_(block_samples),
      samples_min_(block_samples + samples_in(rate_hz, writer.interval + writer.lateness)),
      samples_max_(std::max(samples_in(rate_hz, target_max), block_samples)),
      samples_(std::min(samples_min_, samples_max_)) {}

void PlaybackTarget::observe(const Observation& seen, TimePoint now) noexcept {
  const bool ran_dry = seen.gap_samples > gap_samples_;
  gap_samples_ = seen.gap_samples;
  if (ran_dry) widen_window(now);
  if (ran_dry && seen.was_full) samples_ = std::min(samples_ + step_samples_, samples_max_);
  if (!ran_dry) shrink_if_unneeded(seen.held_samples, now);
}

void PlaybackTarget::widen_window(TimePoint now) noexcept {
  window_start_.reset();
  const bool is_first = !last_gap_ || now - *last_gap_ > spells_apart_max;
  if (is_first) {
    window_ = 2 * window_min;
  } else if (now - *last_gap_ > spell_max) {
    window_ = std::min<Duration>(2 * window_, window_max);
  }
  last_gap_ = now;
}

void PlaybackTarget::shrink_if_unneeded(std::size_t held_samples, TimePoint now) noexcept {
  if (!window_start_) {
    window_start_ = now;
    held_min_ = held_samples;
  }
  held_min_ = std::min(held_min_, held_samples);
  if (now - *window_start_ < window_) return;
  window_start_.reset();
  // The card may take a block right after this check. The ring then drains because less is written:
  // no sample is dropped.
  if (held_min_ < block_samples_ + step_samples_ || samples_ < samples_min_ + step_samples_) return;
  const std::size_t unneeded = std::min(held_min_ - block_samples_, samples_ - samples_min_);
  samples_ -= unneeded - unneeded % step_samples_;
}

}  // namespace voice
