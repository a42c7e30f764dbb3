// L16: 16-bit linear samples in network byte order, most significant byte first (RFC 3551 §4.5.11).
#pragma once

#include "common/core/bytes.hpp"

#include <cstdint>
#include <span>

namespace voice::l16 {

/// @param out two bytes for each sample; asserted.
void encode(std::span<const std::int16_t> pcm, std::span<std::uint8_t> out) noexcept;

/// @param bytes two for each sample of `out`; asserted. May be the same memory as `out`.
void decode(Bytes bytes, std::span<std::int16_t> out) noexcept;

}  // namespace voice::l16
