#include "common/audio/cross_fade.hpp"

#include "common/core/assert.hpp"

namespace voice {

void cross_fade(std::span<const std::int16_t> from, std::span<const std::int16_t> to,
                std::span<std::int16_t> out) noexcept {
  VOICE_ASSERT(from.size() == out.size() && to.size() == out.size());
  const auto steps = static_cast<int>(out.size()) + 1;
  for (int i = 1; i < steps; ++i) {
    const auto at = static_cast<std::size_t>(i - 1);
    out[at] = static_cast<std::int16_t>((from[at] * (steps - i) + to[at] * i) / steps);
  }
}

void fade_in(std::span<std::int16_t> sound) noexcept {
  const auto steps = static_cast<int>(sound.size()) + 1;
  for (int i = 1; i < steps; ++i) {
    auto& sample = sound[static_cast<std::size_t>(i - 1)];
    sample = static_cast<std::int16_t>(sample * i / steps);
  }
}

}  // namespace voice
