// Synthetic speech, the same on every machine: syllables of a gliding voice through three formants,
// with hisses between some of them, words, and pauses of quiet noise. No stretch resembles another,
// so a part that is heard can be located.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace bench {

/// `seconds` of speech at `rate_hz`, about -26 dBFS while it speaks, -66 dBFS in its pauses.
[[nodiscard]] std::vector<std::int16_t> speech(int rate_hz, std::size_t seconds,
                                               std::uint32_t seed = 1);

}  // namespace bench
