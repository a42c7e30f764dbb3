// Finds a known sound in a recording: cross-correlation at every lag at once, by Fourier transform.
#pragma once

#include "tests/demo/sound.hpp"

#include <cstddef>

namespace voice::demo {

struct Match {
  std::ptrdiff_t lag = 0;  // sample 0 of `speech` is sample `lag` of `recording`; may be negative
  double gain = 0;  // the factor by which it is in there: 1 = as loud as it was, 0 = not at all
};

/// Where, and how loudly, all of `speech` is most clearly in `recording`.
[[nodiscard]] Match find(Samples speech, Samples recording);

/// The same near a given position: lags from `around - reach` to `around + reach`.
[[nodiscard]] Match find_near(Samples speech, Samples recording, std::ptrdiff_t around,
                              std::ptrdiff_t reach);

/// The factor by which `speech` is in `recording` at `lag` (least squares).
[[nodiscard]] double gain_at(Samples speech, Samples recording, std::ptrdiff_t lag) noexcept;

}  // namespace voice::demo
