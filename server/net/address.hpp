// Addresses of peers as the door tells them apart; how people read them is common/net/endpoint.hpp.
#pragma once

#include "common/net/endpoint.hpp"
#include "server/host/address_key.hpp"

namespace voiced {

using voice::to_string;

[[nodiscard]] AddressKey address_key(const boost::asio::ip::address& address);

}  // namespace voiced
