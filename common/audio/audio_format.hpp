// Derives frame sizes from a sample rate. All code that needs such a size gets it from an
// AudioFormat.
#pragma once

#include "common/core/result.hpp"
#include "common/core/time.hpp"

#include <cstddef>
#include <cstdint>

namespace voice {

inline constexpr int rate_hz_min = 5000;
inline constexpr int rate_hz_max = 48000;

enum class FormatError : std::uint8_t { rate_too_low, rate_too_high };

/// Mono audio at a fixed rate, cut into frames of 20 ms.
class AudioFormat {
 public:
  /// @param rate_hz 5000…48000, any integer. Fails with `rate_too_low`, `rate_too_high`.
  [[nodiscard]] static expected<AudioFormat, FormatError> from_rate(std::int64_t rate_hz) noexcept;

  [[nodiscard]] int rate_hz() const noexcept { return rate_hz_; }

  /// Whole samples in 20 ms, rounded down: 8000 Hz → 160, 11025 Hz → 220.
  [[nodiscard]] std::size_t samples_per_frame() const noexcept {
    return static_cast<std::size_t>(rate_hz_ / frames_per_second);
  }

  /// The longest frame a FrameClock hands out: 8000 Hz → 160, 11025 Hz → 221.
  [[nodiscard]] std::size_t samples_per_frame_max() const noexcept {
    return samples_per_frame() + (remainder() != 0 ? 1 : 0);
  }

  /// Fiftieths of a sample by which 20 ms exceed `samples_per_frame()`: 0…49.
  [[nodiscard]] int remainder() const noexcept { return rate_hz_ % frames_per_second; }

  /// How long `samples` last.
  [[nodiscard]] Duration duration(std::size_t samples) const noexcept;

  friend bool operator==(AudioFormat, AudioFormat) = default;

 private:
  explicit AudioFormat(int rate_hz) noexcept : rate_hz_(rate_hz) {}
  int rate_hz_;
};

/// Hands out the length of each following frame so that 50 of them are exactly `rate_hz` samples:
/// 11025 Hz → 220, 221, 220, 221, … Nothing is lost, so nothing drifts.
class FrameClock {
 public:
  explicit FrameClock(AudioFormat format) noexcept : format_(format) {}

  /// Length in samples of the next frame.
  std::size_t next() noexcept {
    carry_ += format_.remainder();
    if (carry_ < frames_per_second) return format_.samples_per_frame();
    carry_ -= frames_per_second;
    return format_.samples_per_frame() + 1;
  }

 private:
  AudioFormat format_;
  int carry_ = 0;
};

}  // namespace voice
