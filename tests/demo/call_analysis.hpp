// Decides which speakers were heard in a recording of a call: takes the speeches and one recording,
// and returns one verdict per speaker. Everyone must be complete in it, also while all speak at
// once, except the owner of the recording, who must not be in it.
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

/// The verdict on one speech in one recording.
struct Heard {
  bool present = false;  // at least half of it is there
  double gain = 0;      // 1 = as loud as it was spoken; for an absent speech: what is still audible
  double level_db = 0;  // of what was heard while it spoke
  int gaps = 0;         // places where a part of it is missing
  int gap_ms = 0;       // all of them together
  std::ptrdiff_t lag = 0;  // sample 0 of the speech is this sample of the recording
};

/// A speaker whose own voice comes back at this gain hears itself: 26 dB below, which no echo
/// canceller would remove, and far above the 38 dB at which µ-law's own noise lies.
inline constexpr double own_gain_max = 0.05;

/// One per speech, in their order. All rates must be equal (asserted).
[[nodiscard]] std::vector<Heard> analyse(const std::vector<Speech>& speeches,
                                         const Sound& recording);

}  // namespace voice::demo
