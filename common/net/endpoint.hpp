// An IP address and a port, as people read and write them.
#pragma once

#include "common/core/result.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <string>

namespace voice {

/// "192.0.2.1:7000", "[2001:db8::1]:7000"; an IPv4 address mapped into IPv6 is shown as IPv4.
[[nodiscard]] std::string to_string(const boost::asio::ip::tcp::endpoint& endpoint);

/// Reads "127.0.0.1:9464" or "[::1]:9464"; port 0 leaves the choice to the system. Fails with a
/// text for people.
[[nodiscard]] expected<boost::asio::ip::tcp::endpoint, std::string> parse_endpoint(
    const std::string& text);

}  // namespace voice
