// Loudness for display: the level of a frame in dBFS, and a meter that rises at once and falls
// slowly.
#pragma once

#include "common/core/time.hpp"

#include <cstdint>
#include <span>

namespace voice {

/// The level of silence, and the lowest there is.
inline constexpr double level_dbfs_min = -96.0;

/// Root mean square of the samples in dB relative to a full-scale square wave (32768): a full-scale
/// sine reads -3.0. Empty or all-zero input reads `level_dbfs_min`.
[[nodiscard]] double level_dbfs(std::span<const std::int16_t> pcm) noexcept;

/// The same in two steps, for a caller that measures often and looks seldom: the sum of the squares
/// of up to 2^33 samples, and the level of `samples` samples with that sum.
[[nodiscard]] std::int64_t square_sum(std::span<const std::int16_t> pcm) noexcept;
[[nodiscard]] double level_dbfs(std::int64_t square_sum, std::size_t samples) noexcept;

/// Meter ballistics: attack is immediate, release is 20 dB in 1.5 s (IEC 60268-10 type I's return
/// time is 20 dB in 1.7 s ± 0.3 s).
class LevelMeter {
 public:
  /// Feeds one frame that lasts 20 ms.
  void add(std::span<const std::int16_t> pcm) noexcept;
  /// Feeds 20 ms in which there was no audio.
  void add_silence() noexcept;
  /// The needle, in dBFS: `level_dbfs_min`…0.
  [[nodiscard]] double dbfs() const noexcept { return dbfs_; }

 private:
  double dbfs_ = level_dbfs_min;
};

}  // namespace voice
