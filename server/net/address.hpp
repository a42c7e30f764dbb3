// Addresses of peers: as people read them, and as the door tells them apart.
#pragma once

#include "server/conference/doorman.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace voiced {

/// "192.0.2.1:7000", "[2001:db8::1]:7000"; an IPv4 address mapped into IPv6 is shown as IPv4.
[[nodiscard]] std::string to_string(const boost::asio::ip::tcp::endpoint& endpoint);

[[nodiscard]] AddressKey address_key(const boost::asio::ip::address& address);

struct NamedAddress {
  AddressKey key;
  std::string shown;  // "192.0.2.1", "2001:db8::/64"
};

/// Reads "192.0.2.1", "2001:db8::1" or "2001:db8::/64"; nothing when it is no address, or a network
/// of another size: all peers of one /64 are one at this door.
[[nodiscard]] std::optional<NamedAddress> parse_address(std::string_view text);

}  // namespace voiced
