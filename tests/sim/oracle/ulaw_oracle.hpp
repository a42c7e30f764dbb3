// µ-law again, in the slow way: two tables, filled at startup from the text of ITU-T G.711, without
// any code of the core.
#pragma once

#include <cstdint>

namespace sim::ulaw {

inline constexpr std::uint8_t silence = 0xFF;

/// The value of a code: G.711 Table 2a, scaled to 16 bits.
[[nodiscard]] std::int16_t decode(std::uint8_t code) noexcept;

/// The code of a value: the one among 256 whose interval contains it (G.191 `ulaw_compress`).
[[nodiscard]] std::uint8_t encode(std::int16_t value) noexcept;

/// The code of a sum, clamped to 16 bits first.
[[nodiscard]] std::uint8_t encode_clamped(std::int64_t sum) noexcept;

}  // namespace sim::ulaw
