#include "common/device/card/playback_target.hpp"

#include <algorithm>

namespace voice {
namespace {

std::size_t samples_in(int rate_hz, int ms) {
  return static_cast<std::size_t>(rate_hz) * static_cast<std::size_t>(ms) / 1000;
}

constexpr int writer_interval_ms = 20;  // the call writes at least once a frame …
constexpr int writer_lateness_ms = 10;  // … and wakes up this late now and then
constexpr int step_ms = 10;
constexpr int target_ms_max = 150;
constexpr std::chrono::seconds window{10};

}  // namespace

PlaybackTarget::PlaybackTarget(int rate_hz, std::size_t block_samples) noexcept
    : step_samples_(samples_in(rate_hz, step_ms)),
      block_samples_(block_samples),
      samples_min_(block_samples + samples_in(rate_hz, writer_interval_ms + writer_lateness_ms)),
      samples_max_(std::max(samples_in(rate_hz, target_ms_max), block_samples)),
      samples_(std::min(samples_min_, samples_max_)) {}

void PlaybackTarget::observe(const Observation& seen, TimePoint now) noexcept {
  const bool ran_dry = seen.gap_samples > gap_samples_;
  gap_samples_ = seen.gap_samples;
  if (ran_dry) window_start_.reset();
  if (ran_dry && seen.was_full) samples_ = std::min(samples_ + step_samples_, samples_max_);
  if (!ran_dry) shrink_if_unneeded(seen.held_samples, now);
}

void PlaybackTarget::shrink_if_unneeded(std::size_t held_samples, TimePoint now) noexcept {
  if (!window_start_) {
    window_start_ = now;
    held_min_ = held_samples;
  }
  held_min_ = std::min(held_min_, held_samples);
  if (now - *window_start_ < window) return;
  window_start_.reset();
  // The card may take a block right after this look. The ring then empties by itself, because less
  // is written: no sample is dropped.
  if (held_min_ < block_samples_ + step_samples_ || samples_ < samples_min_ + step_samples_) return;
  samples_ -= step_samples_;
}

}  // namespace voice
