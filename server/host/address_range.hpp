// A range of addresses as a door sees them: all that begin with the same bits. Of IPv4 the bits are
// those of the address mapped into IPv6, so no range holds addresses of both kinds.
#pragma once

#include "server/host/doorman.hpp"

#include <cstddef>

namespace voiced {

inline constexpr std::size_t address_bits_max = 128;
/// Where an IPv4 address begins in an AddressKey.
inline constexpr std::size_t ipv4_at_bit = 96;
/// A door tells IPv6 addresses apart by so many bits.
inline constexpr std::size_t ipv6_bits_max = 64;

/// True for an IPv4 address.
[[nodiscard]] bool is_ipv4(const AddressKey& key) noexcept;

class AddressRange {
 public:
  /// All addresses that share the first `bits` of `key`, which is at least ipv4_at_bit for IPv4 and
  /// at most ipv6_bits_max for IPv6; asserted.
  AddressRange(const AddressKey& key, std::size_t bits) noexcept;

  /// The addresses a door cannot tell from `key`: one of IPv4, a /64 of IPv6.
  [[nodiscard]] static AddressRange around(const AddressKey& key) noexcept;

  [[nodiscard]] bool contains(const AddressKey& key) const noexcept;
  /// A door can tell addresses in it apart.
  [[nodiscard]] bool is_wide() const noexcept;

  /// The first address in it.
  [[nodiscard]] const AddressKey& key() const noexcept { return key_; }
  [[nodiscard]] std::size_t bits() const noexcept { return bits_; }

  friend bool operator==(const AddressRange&, const AddressRange&) = default;
  /// Not operator<=>: the arrays of older standard libraries lack it.
  friend bool operator<(const AddressRange& a, const AddressRange& b) noexcept {
    return a.key_ != b.key_ ? a.key_ < b.key_ : a.bits_ < b.bits_;
  }

 private:
  AddressKey key_;
  std::size_t bits_;
};

}  // namespace voiced
