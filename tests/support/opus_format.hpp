// What the tests of Opus speak: 20 ms at 16 kHz.
#pragma once

#include "common/audio/audio_format.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <numbers>
#include <vector>

namespace voice::test::opus {

using Samples = std::vector<std::int16_t>;

inline constexpr int rate_hz = 16000;
inline constexpr std::size_t frame = 320;  // samples

inline AudioFormat format() {
  return AudioFormat::from_rate(rate_hz).value();
}

/// A loud tone of 440 Hz, the frame with this number.
inline Samples loud_tone(std::size_t number) {
  Samples pcm(frame);
  for (std::size_t i = 0; i < frame; ++i) {
    const double turns = 440.0 * static_cast<double>(number * frame + i) / rate_hz;
    pcm[i] = static_cast<std::int16_t>(12000 * std::sin(2 * std::numbers::pi * turns));
  }
  return pcm;
}

inline int peak(const Samples& pcm) {
  int most = 0;
  for (const std::int16_t each : pcm) most = std::max(most, std::abs(int{each}));
  return most;
}

}  // namespace voice::test::opus
