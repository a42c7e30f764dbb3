// An address of a peer as a door tells it from others. Here, and nowhere else, is decided how much
// of an address that is. Pure.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace voiced {

/// IPv4 is mapped into IPv6. Of IPv6 a key holds the first 64 bits only, because a peer that has
/// one such address has them all; except of a link-local address (RFC 4291 §2.5.6): all machines on
/// a network begin with the same 64 bits there, so a key holds all of it, without the interface.
using AddressKey = std::array<std::uint8_t, 16>;

inline constexpr std::size_t address_bits_max = 128;
/// Where an IPv4 address begins in an AddressKey.
inline constexpr std::size_t ipv4_at_bit = 96;
/// A door tells IPv6 addresses apart by so many bits, unless they are link-local.
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

/// An address of this machine itself. Of ::1 a key holds nothing but zeros.
[[nodiscard]] inline bool is_loopback(const AddressKey& key) noexcept {
  return key == AddressKey{} || (is_ipv4(key) && key[12] == 127);
}

/// By how many bits a door tells addresses like this one apart.
[[nodiscard]] inline std::size_t bits_told_apart(const AddressKey& key) noexcept {
  return is_ipv4(key) || is_link_local(key) ? address_bits_max : ipv6_bits_max;
}

/// @param address all 16 bytes; of IPv4 mapped into IPv6
[[nodiscard]] inline AddressKey address_key(const std::array<std::uint8_t, 16>& address) noexcept {
  AddressKey key = address;
  const std::size_t bytes = bits_told_apart(key) / 8;
  std::fill(key.begin() + static_cast<std::ptrdiff_t>(bytes), key.end(), std::uint8_t{0});
  return key;
}

}  // namespace voiced
