// The key by which limits and bans tell peers' addresses apart. As text: common/net/endpoint.hpp.
#pragma once

#include "common/net/endpoint.hpp"
#include "server/host/address_key.hpp"

namespace voiced {

using voice::to_string;

[[nodiscard]] AddressKey address_key(const boost::asio::ip::address& address);

}  // namespace voiced
