#include "server/host/address_range.hpp"

#include "common/core/assert.hpp"

namespace voiced {
namespace {

AddressKey first_bits(const AddressKey& key, std::size_t bits) noexcept {
  AddressKey first{};
  for (std::size_t i = 0; i < key.size() && i * 8 < bits; ++i) {
    const std::size_t here = bits - i * 8;
    const unsigned mask = here >= 8 ? 0xFFU : 0xFFU << (8 - here);
    first[i] = static_cast<std::uint8_t>(key[i] & mask);
  }
  return first;
}

}  // namespace

bool is_ipv4(const AddressKey& key) noexcept {
  for (std::size_t i = 0; i < 10; ++i) {
    if (key[i] != 0) return false;
  }
  return key[10] == 0xFF && key[11] == 0xFF;
}

AddressRange::AddressRange(const AddressKey& key, std::size_t bits) noexcept
    : key_(first_bits(key, bits)), bits_(bits) {
  VOICE_ASSERT(is_ipv4(key) ? bits >= ipv4_at_bit && bits <= address_bits_max
                            : bits <= ipv6_bits_max);
}

AddressRange AddressRange::around(const AddressKey& key) noexcept {
  return {key, is_ipv4(key) ? address_bits_max : ipv6_bits_max};
}

bool AddressRange::contains(const AddressKey& key) const noexcept {
  // ::/0 begins with the same bits as an IPv4 address, but means IPv6.
  return is_ipv4(key) == (bits_ >= ipv4_at_bit) && first_bits(key, bits_) == key_;
}

bool AddressRange::is_wide() const noexcept {
  return bits_ != address_bits_max && bits_ != ipv6_bits_max;
}

}  // namespace voiced
