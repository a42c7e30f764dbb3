// Turns the lumps in which a sound card delivers (say four frames every 80 ms) into one frame per
// 20 ms tick, without losing a sample and without keeping more delay than the lumps make necessary.
#pragma once

#include "common/audio/audio_format.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace voice {

class CaptureSmoother {
 public:
  /// Holds up to `frames_max` frames; more than that drops the oldest (counted). 16 frames = 320
  /// ms.
  explicit CaptureSmoother(AudioFormat format, std::size_t frames_max = 16);

  /// Stores captured samples, any count.
  void push(std::span<const std::int16_t> pcm) noexcept;

  /// Where a device can put its samples without a copy: room for at least a frame, valid until the
  /// next call of any member. Fill the front of it, then commit() that many.
  [[nodiscard]] std::span<std::int16_t> space() noexcept;
  void commit(std::size_t count) noexcept;

  /// Call once per tick, then take() that many frames: usually 1; 0 when less than a frame is held;
  /// 2 when at least two frames were held at every tick of the last second, which is needless
  /// delay. When more than five were, the oldest are dropped instead (counted), because sending
  /// them would take seconds.
  [[nodiscard]] std::size_t frames_due() noexcept;

  /// The next frame, at exactly the sample rate's pace (11025 Hz: 220 and 221 in turn). Call only
  /// as often as frames_due() said; asserted. Valid until the next call of any member.
  [[nodiscard]] std::span<const std::int16_t> take() noexcept;

  /// Forgets what is held (after a mute, or when a device is back).
  void clear() noexcept;

  [[nodiscard]] std::size_t size_samples() const noexcept { return end_ - begin_; }
  [[nodiscard]] std::uint64_t dropped_samples() const noexcept { return dropped_samples_; }

 private:
  void drop_oldest(std::size_t count) noexcept;
  void check() const noexcept;

  AudioFormat format_;
  FrameClock clock_;
  std::size_t samples_max_;
  // What is held is [begin_, end_), oldest first. It moves to the front when there is no more room
  // behind it, which is rare: the vector holds twice as much as is ever held.
  std::vector<std::int16_t> samples_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t window_min_samples_;
  int window_ticks_ = 0;
  std::uint64_t dropped_samples_ = 0;
};

}  // namespace voice
