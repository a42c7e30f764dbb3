// Loads and stores of fixed-width integers at any address, on any byte order.
// The length prefix is little-endian, RTP is big-endian (RFC 3550 §4): both live here and nowhere
// else.
#pragma once

#include <cstdint>
#include <span>

namespace voice {

using Bytes = std::span<const std::uint8_t>;

/// `at` points to at least two (four) readable bytes.
inline std::uint16_t load_be16(const std::uint8_t* at) noexcept {
  return static_cast<std::uint16_t>((unsigned{at[0]} << 8) | at[1]);
}
inline std::uint32_t load_be32(const std::uint8_t* at) noexcept {
  return (std::uint32_t{at[0]} << 24) | (std::uint32_t{at[1]} << 16) | (std::uint32_t{at[2]} << 8) |
         at[3];
}
inline std::uint32_t load_le32(const std::uint8_t* at) noexcept {
  return (std::uint32_t{at[3]} << 24) | (std::uint32_t{at[2]} << 16) | (std::uint32_t{at[1]} << 8) |
         at[0];
}

/// `at` points to at least two (four) writable bytes.
inline void store_be16(std::uint8_t* at, std::uint16_t value) noexcept {
  at[0] = static_cast<std::uint8_t>(value >> 8);
  at[1] = static_cast<std::uint8_t>(value);
}
inline void store_be32(std::uint8_t* at, std::uint32_t value) noexcept {
  at[0] = static_cast<std::uint8_t>(value >> 24);
  at[1] = static_cast<std::uint8_t>(value >> 16);
  at[2] = static_cast<std::uint8_t>(value >> 8);
  at[3] = static_cast<std::uint8_t>(value);
}
inline void store_le32(std::uint8_t* at, std::uint32_t value) noexcept {
  at[0] = static_cast<std::uint8_t>(value);
  at[1] = static_cast<std::uint8_t>(value >> 8);
  at[2] = static_cast<std::uint8_t>(value >> 16);
  at[3] = static_cast<std::uint8_t>(value >> 24);
}

}  // namespace voice
