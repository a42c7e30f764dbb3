// Cross-fades one sound into another, without a click.
#pragma once

#include <cstdint>
#include <span>

namespace voice {

/// out[i] leads linearly from from[i], of which it starts as nearly all, to to[i], of which it ends
/// as nearly all. All three are equally long (asserted); `out` may be one of the others.
void cross_fade(std::span<const std::int16_t> from, std::span<const std::int16_t> to,
                std::span<std::int16_t> out) noexcept;

/// The same from silence.
void fade_in(std::span<std::int16_t> sound) noexcept;

}  // namespace voice
