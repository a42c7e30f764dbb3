#include "server/net/address.hpp"

#include <algorithm>

namespace voiced {

namespace asio = boost::asio;

AddressKey address_key(const asio::ip::address& address) {
  if (address.is_v4()) {
    return asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes();
  }
  AddressKey key = address.to_v6().to_bytes();
  if (!address.to_v6().is_v4_mapped()) std::fill(key.begin() + 8, key.end(), std::uint8_t{0});
  return key;
}

}  // namespace voiced
