// A frame that begins or ends in silence, or at another loudness, so that sound can be switched on
// and off, and made louder or softer, without a click. Pure.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace voice {

enum class Fade : std::uint8_t { in, out };

/// Fades 16-bit samples in place, with a gain that rises (or falls) evenly from one end to the
/// other. Of the first and the last sample, the one at the silent end is zero or next to it.
inline void fade(std::span<std::int16_t> pcm, Fade direction) noexcept {
  const auto count = static_cast<std::int32_t>(pcm.size());
  for (std::int32_t i = 0; i < count; ++i) {
    const std::int32_t gain = direction == Fade::in ? i : count - 1 - i;
    auto& sample = pcm[static_cast<std::size_t>(i)];
    sample = static_cast<std::int16_t>(std::int64_t{sample} * gain / count);
  }
}

/// A factor that changes evenly in the course of a frame.
struct Ramp {
  double from = 1;
  double to = 1;
};

/// Multiplies 16-bit samples in place; what exceeds 16 bits clips.
inline void apply(Ramp ramp, std::span<std::int16_t> pcm) noexcept {
  for (std::size_t i = 0; i < pcm.size(); ++i) {
    const double passed = static_cast<double>(i + 1) / static_cast<double>(pcm.size());
    const double factor = ramp.from + (ramp.to - ramp.from) * passed;
    auto& sample = pcm[i];
    sample = static_cast<std::int16_t>(std::lrint(std::clamp(sample * factor, -32768.0, 32767.0)));
  }
}

}  // namespace voice
