// One address and one port to listen on, as the configuration has them.
#pragma once

#include "common/core/result.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <string>

namespace voiced {

/// Reads "127.0.0.1:9464" or "[::1]:9464"; port 0 leaves the choice to the system. Fails with a
/// text for people.
[[nodiscard]] voice::expected<boost::asio::ip::tcp::endpoint, std::string> parse_listen_address(
    const std::string& text);

}  // namespace voiced
