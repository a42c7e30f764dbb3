// Arithmetic on RTP sequence numbers, which wrap at 2^16 (RFC 3550 §A.1).
#pragma once

#include <cstdint>

namespace voice {

/// How far `newer` is ahead of `older`: -32768…32767. Negative when it is behind.
[[nodiscard]] constexpr int sequence_distance(std::uint16_t newer, std::uint16_t older) noexcept {
  return static_cast<std::int16_t>(static_cast<std::uint16_t>(newer - older));
}

/// True when `newer` follows `older` by 1…32767; half way round is not ahead.
[[nodiscard]] constexpr bool is_ahead(std::uint16_t newer, std::uint16_t older) noexcept {
  return sequence_distance(newer, older) > 0;
}

}  // namespace voice
