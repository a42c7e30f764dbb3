#include "common/playout/noise_floor.hpp"

#include "common/audio/level.hpp"

#include <algorithm>
#include <numeric>

namespace voice {

double mean_power(std::span<const std::int16_t> pcm) noexcept {
  if (pcm.empty()) return 0;
  const auto count = static_cast<double>(pcm.size());
  const double mean = std::accumulate(pcm.begin(), pcm.end(), 0.0) / count;
  return std::max(0.0, static_cast<double>(square_sum(pcm)) / count - mean * mean);
}

}  // namespace voice
