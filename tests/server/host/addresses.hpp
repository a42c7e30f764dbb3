// Addresses that peers come from in tests.
#pragma once

#include "server/host/address_key.hpp"

namespace voiced::test {

/// 192.0.2.`last_byte`, whole and as a key; of 0, the key of ::1.
inline AddressKey address_of(std::uint8_t last_byte) {
  if (last_byte == 0) return {};
  return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 0, 2, last_byte};
}

}  // namespace voiced::test
