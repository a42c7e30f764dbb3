// The socket options of a voice connection, for both ends. An option that a system does not have is
// left out, and errors are ignored: each only improves what works without it, and a socket that is
// gone says so at the next read.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstddef>

namespace voice {

using NativeSocket = boost::asio::ip::tcp::socket::native_handle_type;

/// When to probe a peer that is silent, and when to give it up.
struct KeepAlive {
  int idle_s;      // of silence before the first probe
  int interval_s;  // between probes
  int probes;      // without an answer; 127 at most
};

/// No Nagle, and a send buffer of this size: late voice belongs into a queue that can drop it.
void prepare_for_voice(boost::asio::ip::tcp::socket& socket,
                       std::size_t send_buffer_bytes) noexcept;

void set_keep_alive(NativeSocket socket, const KeepAlive& keep_alive) noexcept;

/// The socket counts as writable only while at most `bytes` of what it took are unsent.
void limit_unsent_bytes(NativeSocket socket, std::size_t bytes) noexcept;

/// How long the system waits for an acknowledgement before it ends the connection (RFC 5482); zero:
/// as long as it does by itself.
void set_user_timeout(NativeSocket socket, std::chrono::milliseconds timeout) noexcept;

}  // namespace voice
