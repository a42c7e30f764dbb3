// What every peer's socket is set to, portable parts first.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <cstddef>

namespace voiced {

/// Non-blocking, TCP_NODELAY, keepalive that finds a dead peer within 30 s, and send buffers so
/// small that what waits there is a fraction of a second of sound: late voice belongs into the
/// outbox, which can drop it. Errors are ignored: a socket that is gone says so at the next read.
void prepare_socket(boost::asio::ip::tcp::socket& socket, std::size_t message_bytes) noexcept;

}  // namespace voiced
