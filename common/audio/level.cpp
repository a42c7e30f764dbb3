#include "common/audio/level.hpp"

#include "common/core/vector_clones.hpp"

#include <algorithm>
#include <cmath>

namespace voice {
namespace {

constexpr double full_scale_squared = 32768.0 * 32768.0;
constexpr double release_db_per_frame =
    20.0 / (std::chrono::duration<double>{1.5} / std::chrono::duration<double>{frame_duration});

}  // namespace

VOICE_VECTOR_CLONES
std::int64_t square_sum(std::span<const std::int16_t> pcm) noexcept {
  // A square is at most 2^30: 64 bits hold the sum of 2^33 of them, two days at 48 kHz.
  std::int64_t sum = 0;
  for (const std::int16_t sample : pcm) sum += std::int64_t{sample} * sample;
  return sum;
}

double level_dbfs(std::int64_t square_sum, std::size_t samples) noexcept {
  if (square_sum == 0) return level_dbfs_min;
  const double mean = static_cast<double>(square_sum) / static_cast<double>(samples);
  return std::max(level_dbfs_min, 10.0 * std::log10(mean / full_scale_squared));
}

double level_dbfs(std::span<const std::int16_t> pcm) noexcept {
  return level_dbfs(square_sum(pcm), pcm.size());
}

void LevelMeter::add(std::span<const std::int16_t> pcm) noexcept {
  dbfs_ = std::max({level_dbfs(pcm), dbfs_ - release_db_per_frame, level_dbfs_min});
}

void LevelMeter::add_silence() noexcept {
  add({});
}

}  // namespace voice
