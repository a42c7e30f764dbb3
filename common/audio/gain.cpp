#include "common/audio/gain.hpp"

#include <algorithm>
#include <cmath>

namespace voice {

double factor_of_db(double db) noexcept {
  return std::pow(10.0, db / 20.0);
}

void apply_gain(std::span<std::int16_t> pcm, double db) noexcept {
  if (db == 0.0) return;
  const double factor = factor_of_db(db);
  for (std::int16_t& sample : pcm) {
    const double louder = std::clamp(std::round(sample * factor), -32768.0, 32767.0);
    sample = static_cast<std::int16_t>(louder);
  }
}

}  // namespace voice
