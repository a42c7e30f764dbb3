// Something like speech, the same on every machine: syllables of a gliding voice through three
// formants, hisses between some of them, words, and pauses of quiet noise. Every stretch of it is
// unlike every other, so that what is heard can be found again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace bench {

/// `seconds` of it at `rate_hz`, about -26 dBFS while it speaks, -66 dBFS in its pauses.
[[nodiscard]] std::vector<std::int16_t> speech(int rate_hz, std::size_t seconds,
                                               std::uint32_t seed = 1);

}  // namespace bench
