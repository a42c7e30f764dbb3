#include "common/playout/capture_smoother.hpp"

#include "common/core/assert.hpp"

#include <algorithm>

namespace voice {
namespace {
constexpr int window_ticks_max = frames_per_second;  // one second: longer than any card's lumps
// So much delay too much is sent faster; more is what a process that was stopped finds in its card,
// and would be late for many seconds.
constexpr std::size_t catch_up_frames_max = 4;
}  // namespace

CaptureSmoother::CaptureSmoother(AudioFormat format, std::size_t frames_max)
    : format_(format),
      clock_(format),
      samples_max_(frames_max * format.samples_per_frame_max()),
      window_min_samples_(samples_max_) {
  VOICE_ASSERT(frames_max >= 1);
  samples_.reserve(samples_max_);
  frame_.resize(format.samples_per_frame_max());
}

void CaptureSmoother::push(std::span<const std::int16_t> pcm) noexcept {
  if (pcm.size() > samples_max_) {
    dropped_samples_ += pcm.size() - samples_max_;
    pcm = pcm.last(samples_max_);
  }
  const std::size_t room = samples_max_ - samples_.size();
  if (pcm.size() > room) {
    drop_oldest(pcm.size() - room);
  }
  samples_.insert(samples_.end(), pcm.begin(), pcm.end());
}

std::size_t CaptureSmoother::frames_due() noexcept {
  const std::size_t frame = format_.samples_per_frame_max();
  window_min_samples_ = std::min(window_min_samples_, samples_.size());
  if (samples_.size() < frame) {
    window_ticks_ = 0;
    window_min_samples_ = samples_max_;
    return 0;
  }
  if (++window_ticks_ < window_ticks_max) return 1;
  const bool holds_too_much = window_min_samples_ >= 2 * frame;
  const bool holds_old_sound = window_min_samples_ > (1 + catch_up_frames_max) * frame;
  if (holds_old_sound) drop_oldest(window_min_samples_ - frame);
  window_ticks_ = 0;
  window_min_samples_ = samples_max_;
  return holds_too_much && !holds_old_sound ? 2 : 1;
}

void CaptureSmoother::drop_oldest(std::size_t count) noexcept {
  samples_.erase(samples_.begin(), samples_.begin() + static_cast<std::ptrdiff_t>(count));
  dropped_samples_ += count;
}

std::span<const std::int16_t> CaptureSmoother::take() noexcept {
  const std::size_t length = clock_.next();
  VOICE_ASSERT(samples_.size() >= length);
  const auto end = samples_.begin() + static_cast<std::ptrdiff_t>(length);
  std::copy(samples_.begin(), end, frame_.begin());
  samples_.erase(samples_.begin(), end);
  return std::span{frame_}.first(length);
}

void CaptureSmoother::clear() noexcept {
  samples_.clear();
  window_ticks_ = 0;
  window_min_samples_ = samples_max_;
}

}  // namespace voice
