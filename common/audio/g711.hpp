// ITU-T G.711 µ-law, exact: decode is Table 2a, encode is the reference of ITU-T G.191
// (`ulaw_compress`).
#pragma once

#include <cstdint>
#include <span>

namespace voice::g711 {

/// Silence is 0xFF, not 0x00: µ-law stores inverted bits, and 0x00 is full-scale negative.
inline constexpr std::uint8_t silence = 0xFF;

/// The largest magnitude µ-law can express.
inline constexpr std::int16_t full_scale = 32124;

/// Encodes 16-bit linear samples, one byte each.
/// @param pcm mono, any rate; magnitudes beyond the top of the range clip (ITU-T G.711).
/// @param out same length as `pcm`; asserted.
void encode(std::span<const std::int16_t> pcm, std::span<std::uint8_t> out) noexcept;

/// Decodes bytes to 16-bit linear samples. encode(decode(c)) == c for every c but 0x7F (→ 0xFF):
/// both are zero.
/// @param out same length as `ulaw`; asserted.
void decode(std::span<const std::uint8_t> ulaw, std::span<std::int16_t> out) noexcept;

}  // namespace voice::g711
