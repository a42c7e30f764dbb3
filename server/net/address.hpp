// Addresses of peers: as people read them, and as the door tells them apart.
#pragma once

#include "server/conference/doorman.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <string>

namespace voiced {

/// "192.0.2.1:7000", "[2001:db8::1]:7000"; an IPv4 address mapped into IPv6 is shown as IPv4.
[[nodiscard]] std::string to_string(const boost::asio::ip::tcp::endpoint& endpoint);

[[nodiscard]] AddressKey address_key(const boost::asio::ip::address& address);

}  // namespace voiced
