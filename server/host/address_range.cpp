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

AddressRange::AddressRange(const WholeAddress& address, std::size_t bits) noexcept
    : key_(first_bits(address, bits)), bits_(bits) {
  VOICE_ASSERT(bits <= address_bits_max);
  VOICE_ASSERT(!is_ipv4(address) || bits >= ipv4_at_bit);
}

AddressRange AddressRange::around(const AddressKey& key) noexcept {
  return {key, bits_told_apart(key)};
}

bool AddressRange::contains(const WholeAddress& address) const noexcept {
  // ::/0 shares its bits with the IPv4 addresses, but means IPv6 only.
  return is_ipv4(address) == is_ipv4(key_) && first_bits(address, bits_) == key_;
}

bool AddressRange::is_wide() const noexcept {
  return bits_ < bits_told_apart(key_);
}

}  // namespace voiced
