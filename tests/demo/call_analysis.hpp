// Decides from a recording of a call which speakers were heard in it: speeches and one recording
// in, one verdict per speaker out. Everyone must be there, whole, also where all speak at once, and
// the recording's owner must not be.
#pragma once

#include "tests/demo/sound.hpp"

#include <optional>
#include <string>
#include <vector>

namespace voice::demo {

struct Speech {
  std::string name;
  Sound sound;
};

/// What became of one speech in one recording.
struct Heard {
  bool present = false;  // at least half of it is there
  double gain = 0;  // 1 = as loud as it was spoken; for an absent speech what little of it there is
  double level_db = 0;     // of what was heard while it spoke
  int gaps = 0;            // places where a part of it is missing
  int gap_ms = 0;          // all of them together
  std::ptrdiff_t lag = 0;  // sample 0 of the speech is this sample of the recording
};

/// One voice leaking back to its owner at this gain counts as hearing oneself: 26 dB below, which
/// no echo canceller would be asked for, and far above the 38 dB at which µ-law's own noise lies.
inline constexpr double own_gain_max = 0.05;

/// One per speech, in their order. The rates of all must be equal; asserted.
[[nodiscard]] std::vector<Heard> analyse(const std::vector<Speech>& speeches,
                                         const Sound& recording);

}  // namespace voice::demo
