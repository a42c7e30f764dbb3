// Reads the addresses of `listen`. Host names such as "localhost" are not resolved: what they mean
// may change between a check of the configuration and a start.
#pragma once

#include "common/core/result.hpp"
#include "server/net/listen_error.hpp"

#include <boost/asio/ip/address.hpp>

#include <string>
#include <vector>

namespace voiced {

/// In the order given; an IPv4 address in IPv6 form (::ffff:192.0.2.1) becomes IPv4. Fails when a
/// text is not an address, when one address covers another (the second could not be bound), and
/// when a link-local address comes without its interface, or with one that is not there (yet).
[[nodiscard]] voice::expected<std::vector<boost::asio::ip::address>, ListenError>
parse_listen_addresses(const std::vector<std::string>& texts);

/// Whether sockets at both addresses cannot have the same port.
[[nodiscard]] bool overlap(const boost::asio::ip::address& a, const boost::asio::ip::address& b);

}  // namespace voiced
