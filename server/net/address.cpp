#include "server/net/address.hpp"

namespace voiced {

namespace asio = boost::asio;

AddressKey address_key(const asio::ip::address& address) {
  if (address.is_v4()) {
    return address_key(asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes());
  }
  return address_key(address.to_v6().to_bytes());
}

}  // namespace voiced
