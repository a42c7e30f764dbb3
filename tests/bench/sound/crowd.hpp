// Several people who talk loudly at the same time, through a Room, with and without its limiter:
// how much of their sum is left in a listener's mix. The same result on every run.
#pragma once

#include <cstddef>

namespace bench {

struct CrowdVerdict {
  double clipped = 0;   // share of the frames with two samples in a row at full scale
  double snr_db = 0;    // mean over frames, each compared with the sum at the best-fitting gain
  double gain_db = 0;   // mean over frames: that best-fitting gain
  double step_max = 0;  // the largest change of the gain from one frame to the next, in dB
};

/// @param db the loudest peaks of each talker; 0 or less
[[nodiscard]] CrowdVerdict judge_crowd(std::size_t talkers, double db, bool limiter,
                                       std::size_t seconds);

/// Talkers at -46, -36, -26 and -16 dBFS, one after the other, through a Room.
/// @return by how many dB the loudest is heard louder than the softest, in the four seconds after
///         each has talked for ten.
[[nodiscard]] double judge_levels(bool levelled);

}  // namespace bench
