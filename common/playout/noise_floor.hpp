// How loud a talker's pauses are: an estimate that falls at once and rises slowly.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

namespace voice {

/// Mean square of the samples about their mean: a constant offset, which many microphones have, is
/// no sound. 0 if there are none.
[[nodiscard]] double mean_power(std::span<const std::int16_t> pcm) noexcept;

class NoiseFloor {
 public:
  /// Adds a few milliseconds of sound, several times a second. Digital silence is not what any
  /// microphone hears, and says nothing.
  void add(double power) noexcept {
    if (power < 1) return;
    power_ = power < power_ ? power : std::min(power, power_ * rise);
  }
  /// Adds a few milliseconds that are known to be a pause, unless they are much louder.
  void add_pause(double power) noexcept {
    if (power >= 1 && is_quiet(power)) power_ = (power_ + power) / 2;
  }
  /// Mean square of a pause.
  [[nodiscard]] double power() const noexcept { return power_; }
  /// A piece of sound of this power is a pause, or cannot be told from one.
  [[nodiscard]] bool is_quiet(double power) const noexcept {
    return power < above_floor * power_ || power < never_heard;
  }

 private:
  static constexpr double rise = 1.2;          // 0.8 dB
  static constexpr double above_floor = 6;     // 8 dB
  static constexpr double never_heard = 1000;  // -60 dBFS
  double power_ = 3600;                        // -55 dBFS, until more is known
};

}  // namespace voice
