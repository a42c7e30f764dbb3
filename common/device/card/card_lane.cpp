#include "common/device/card/card_lane.hpp"

#include <algorithm>
#include <array>

namespace voice {
namespace {

constexpr std::size_t piece_samples = 256;  // on the callback's stack

}  // namespace

CardLane::CardLane(int rate_hz, std::size_t channels, std::size_t capacity_samples)
    : ring(capacity_samples), rate_hz_(rate_hz), channels_(channels) {}

void CardLane::count_callback(std::size_t frames) noexcept {
  if (frames > block_samples.load(std::memory_order_relaxed)) {
    block_samples.store(frames, std::memory_order_relaxed);
  }
  callbacks.fetch_add(1, std::memory_order_relaxed);
}

void CardLane::record(const std::int16_t* interleaved, std::size_t frames) noexcept {
  count_callback(frames);
  std::array<std::int16_t, piece_samples> mono;
  while (frames > 0) {
    const std::size_t count = std::min(frames, piece_samples);
    for (std::size_t i = 0; i < count; ++i) {
      const std::int16_t* const frame = interleaved + i * channels_;
      // The mean, not the sum: a microphone that is on both channels must not clip.
      mono[i] = channels_ == 1 ? frame[0] : static_cast<std::int16_t>((frame[0] + frame[1]) / 2);
    }
    const std::size_t stored = ring.push(std::span(mono).first(count));
    if (stored < count) gap_samples.fetch_add(count - stored, std::memory_order_relaxed);
    interleaved += count * channels_;
    frames -= count;
  }
}

void CardLane::render(std::int16_t* interleaved, std::size_t frames) noexcept {
  count_callback(frames);
  if (stale.exchange(false, std::memory_order_relaxed)) {
    ring.drop(ring.size());
    sound_has_begun_ = false;
  }
  std::array<std::int16_t, piece_samples> mono;
  while (frames > 0) {
    const std::size_t count = std::min(frames, piece_samples);
    const std::size_t got = ring.pop(std::span(mono).first(count));
    std::fill(mono.begin() + static_cast<std::ptrdiff_t>(got),
              mono.begin() + static_cast<std::ptrdiff_t>(count), std::int16_t{0});
    if (got > 0) sound_has_begun_ = true;
    if (sound_has_begun_ && got < count) {
      gap_samples.fetch_add(count - got, std::memory_order_relaxed);
    }
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t c = 0; c < channels_; ++c) {
        interleaved[i * channels_ + c] = c < 2 ? mono[i] : std::int16_t{0};
      }
    }
    interleaved += count * channels_;
    frames -= count;
  }
}

}  // namespace voice
