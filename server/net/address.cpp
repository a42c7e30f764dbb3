#include "server/net/address.hpp"

namespace voiced {

namespace asio = boost::asio;

WholeAddress whole_address(const asio::ip::address& address) {
  if (address.is_v4()) {
    return asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes();
  }
  return address.to_v6().to_bytes();
}

}  // namespace voiced
