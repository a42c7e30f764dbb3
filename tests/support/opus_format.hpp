// What the tests of Opus speak: 20 ms at 16 kHz.
#pragma once

#include "common/audio/audio_format.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace voice::test::opus {

using Samples = std::vector<std::int16_t>;

inline constexpr int rate_hz = 16000;
inline constexpr std::size_t frame = 320;  // samples

inline AudioFormat format() {
  return AudioFormat::from_rate(rate_hz).value();
}

}  // namespace voice::test::opus
