#include "common/playout/noise_floor.hpp"

#include "common/audio/level.hpp"

namespace voice {

double mean_power(std::span<const std::int16_t> pcm) noexcept {
  if (pcm.empty()) return 0;
  return static_cast<double>(square_sum(pcm)) / static_cast<double>(pcm.size());
}

}  // namespace voice
