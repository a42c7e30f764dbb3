// Days of a stream between two clocks that differ, through the real Playout, in simulated time: a
// day takes some seconds. Checks every sample.
#pragma once

#include "common/playout/playout_options.hpp"

#include <cstdint>

namespace bench {

struct DaysVerdict {
  std::uint64_t ticks = 0;
  std::uint64_t discontinuities = 0;  // gaps, cuts, steps larger than any that was said
  double age_max_ms = 0;              // from the arrival of a sample until it is played
};

/// @param listener_ppm by how much the listener's clock is too fast
[[nodiscard]] DaysVerdict judge_days(double listener_ppm, double hours,
                                     const voice::PlayoutOptions& options = {});

}  // namespace bench
