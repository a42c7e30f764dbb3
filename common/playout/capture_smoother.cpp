#include "common/playout/capture_smoother.hpp"

#include "common/core/assert.hpp"

#include <algorithm>

namespace voice {
namespace {
constexpr int window_ticks_max = frames_per_second;  // one second: longer than any card's lumps
// Up to this much surplus delay is removed by sending faster. More is what a process finds in its
// card after it was stopped: that would stay late for many seconds.
constexpr std::size_t catch_up_frames_max = 4;
}  // namespace

CaptureSmoother::CaptureSmoother(AudioFormat format, std::size_t frames_max)
    : format_(format),
      clock_(format),
      samples_max_(frames_max * format.samples_per_frame_max()),
      window_min_samples_(samples_max_) {
  VOICE_ASSERT(frames_max >= 1);
  samples_.resize(2 * (samples_max_ + format.samples_per_frame_max()));
}

void CaptureSmoother::push(std::span<const std::int16_t> pcm) noexcept {
  while (!pcm.empty()) {
    const auto room = space();
    const std::size_t count = std::min(room.size(), pcm.size());
    std::copy_n(pcm.begin(), count, room.begin());
    commit(count);
    pcm = pcm.subspan(count);
  }
}

std::span<std::int16_t> CaptureSmoother::space() noexcept {
  if (begin_ == end_) begin_ = end_ = 0;
  if (samples_.size() - end_ < format_.samples_per_frame_max()) {
    const auto held = std::span{samples_}.subspan(begin_, size_samples());
    std::copy(held.begin(), held.end(), samples_.begin());
    end_ -= begin_;
    begin_ = 0;
  }
  check();
  VOICE_ASSERT(samples_.size() - end_ >= format_.samples_per_frame_max());
  return std::span{samples_}.subspan(end_);
}

void CaptureSmoother::commit(std::size_t count) noexcept {
  VOICE_ASSERT(count <= samples_.size() - end_);
  end_ += count;
  if (size_samples() > samples_max_) drop_oldest(size_samples() - samples_max_);
  check();
}

std::size_t CaptureSmoother::frames_due() noexcept {
  const std::size_t frame = format_.samples_per_frame_max();
  window_min_samples_ = std::min(window_min_samples_, size_samples());
  if (size_samples() < frame) {
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
  begin_ += count;
  dropped_samples_ += count;
  check();
}

std::span<const std::int16_t> CaptureSmoother::take() noexcept {
  const std::size_t length = clock_.next();
  VOICE_ASSERT(size_samples() >= length);
  const auto frame = std::span{samples_}.subspan(begin_, length);
  begin_ += length;
  return frame;
}

void CaptureSmoother::clear() noexcept {
  begin_ = end_ = 0;
  window_ticks_ = 0;
  window_min_samples_ = samples_max_;
}

void CaptureSmoother::check() const noexcept {
  VOICE_ASSERT(begin_ <= end_);
  VOICE_ASSERT(end_ <= samples_.size());
}

}  // namespace voice
