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

AddressRange::AddressRange(const AddressKey& key, std::size_t bits) noexcept
    : key_(first_bits(key, bits)), bits_(bits) {
  VOICE_ASSERT(bits <= bits_told_apart(key));
  VOICE_ASSERT(!is_ipv4(key) || bits >= ipv4_at_bit);
}

AddressRange AddressRange::around(const AddressKey& key) noexcept {
  return {key, bits_told_apart(key)};
}

bool AddressRange::contains(const AddressKey& key) const noexcept {
  // ::/0 shares its bits with the IPv4 addresses, but means IPv6 only.
  return is_ipv4(key) == is_ipv4(key_) && first_bits(key, bits_) == key_;
}

bool AddressRange::is_wide() const noexcept {
  return bits_ < bits_told_apart(key_);
}

}  // namespace voiced
