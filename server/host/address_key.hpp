// A peer's address, reduced to the part that bans and limits distinguish. How much of an address
// that is, is decided here and nowhere else. Pure.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace voiced {

/// IPv4 is mapped into IPv6. Of an IPv6 address, a key holds the first 64 bits only, because a peer
/// that has one address of a /64 can use all of them. The exception is link-local addresses (RFC
/// 4291 §2.5.6): all machines on a network share their first 64 bits, so a key holds the whole
/// address, without the interface.
using AddressKey = std::array<std::uint8_t, 16>;

/// All 16 bytes of an address; IPv4 is mapped into IPv6. What a list of addresses compares.
using WholeAddress = std::array<std::uint8_t, 16>;

inline constexpr std::size_t address_bits_max = 128;
/// Where an IPv4 address begins in an AddressKey.
inline constexpr std::size_t ipv4_at_bit = 96;
/// The number of bits that distinguish IPv6 addresses that are not link-local.
inline constexpr std::size_t ipv6_bits_max = 64;

/// True for an IPv4 address.
[[nodiscard]] inline bool is_ipv4(const AddressKey& key) noexcept {
  constexpr AddressKey mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  return std::equal(key.begin(), key.begin() + ipv4_at_bit / 8, mapped.begin());
}

/// True for fe80::/10.
[[nodiscard]] inline bool is_link_local(const AddressKey& key) noexcept {
  return key[0] == 0xFE && (key[1] & 0xC0) == 0x80;
}

/// True for a loopback address. The key of ::1 holds nothing but zeros.
[[nodiscard]] inline bool is_loopback(const AddressKey& key) noexcept {
  return key == AddressKey{} || (is_ipv4(key) && key[12] == 127);
}

/// The number of bits that distinguish addresses like this one.
[[nodiscard]] inline std::size_t bits_told_apart(const AddressKey& key) noexcept {
  return is_ipv4(key) || is_link_local(key) ? address_bits_max : ipv6_bits_max;
}

[[nodiscard]] inline AddressKey address_key(const WholeAddress& address) noexcept {
  AddressKey key = address;
  const std::size_t bytes = bits_told_apart(key) / 8;
  std::fill(key.begin() + static_cast<std::ptrdiff_t>(bytes), key.end(), std::uint8_t{0});
  return key;
}

}  // namespace voiced
