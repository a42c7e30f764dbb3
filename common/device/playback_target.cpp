#include "common/device/playback_target.hpp"

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

}  // namespace

PlaybackTarget::PlaybackTarget(int rate_hz, std::size_t block_samples) noexcept
    : step_samples_(samples_in(rate_hz, step_ms)),
      samples_max_(std::max(samples_in(rate_hz, target_ms_max), block_samples)),
      samples_(
          std::min(block_samples + samples_in(rate_hz, writer_interval_ms + writer_lateness_ms),
                   samples_max_)) {}

void PlaybackTarget::observe(std::uint64_t gap_samples, bool was_full) noexcept {
  const bool ran_dry = gap_samples > gap_samples_;
  gap_samples_ = gap_samples;
  if (ran_dry && was_full) samples_ = std::min(samples_ + step_samples_, samples_max_);
}

}  // namespace voice
