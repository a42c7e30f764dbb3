// A range of addresses: all that begin with the same bits. For IPv4, the bits are those of the
// address mapped into IPv6, so no range holds addresses of both kinds.
#pragma once

#include "server/host/address_key.hpp"

#include <cstddef>

namespace voiced {

class AddressRange {
 public:
  /// All addresses that share the first `bits` of `address`: 0 to address_bits_max, and at least
  /// ipv4_at_bit for IPv4; asserted. A range of more than bits_told_apart() bits holds whole
  /// addresses, but no key.
  AddressRange(const WholeAddress& address, std::size_t bits) noexcept;

  /// The addresses that have this key: a single IPv4 or link-local address, or a /64 of IPv6.
  [[nodiscard]] static AddressRange around(const AddressKey& key) noexcept;

  [[nodiscard]] bool contains(const WholeAddress& address) const noexcept;
  /// It holds more than one key.
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
