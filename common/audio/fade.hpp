// A frame that begins or ends in silence, so that sound can be switched on and off without a click.
// Pure.
#pragma once

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

}  // namespace voice
