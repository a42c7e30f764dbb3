// Non-blocking receive and send on a socket's native handle, on POSIX and Windows. They call the
// system directly: per frame and client, these two calls are nearly all the server's cost
// (docs/adr/0002), and they work while a socket is out of the reactor.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <span>

namespace voiced {

using NativeSocket = boost::asio::ip::tcp::socket::native_handle_type;

enum class IoState : std::uint8_t {
  ok,           // `count` bytes were moved
  would_block,  // nothing can be moved now
  ended,        // receive only: the peer has closed
  broken,       // the connection is gone
};

struct IoResult {
  IoState state = IoState::would_block;
  std::size_t count = 0;
};

[[nodiscard]] IoResult receive_some(NativeSocket socket, std::span<std::uint8_t> into) noexcept;
[[nodiscard]] IoResult send_some(NativeSocket socket, std::span<const std::uint8_t> bytes) noexcept;

/// Whether the peer's system has acknowledged everything that was sent; also true if this system
/// cannot tell.
[[nodiscard]] bool everything_arrived(NativeSocket socket) noexcept;

}  // namespace voiced
