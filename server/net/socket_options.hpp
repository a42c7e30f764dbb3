// What every peer's socket is set to (common/net/socket_options.hpp): how much may wait in the
// kernel, and when a peer that says nothing is dead.
#pragma once

#include "common/net/socket_options.hpp"

#include <chrono>
#include <cstddef>

namespace voiced {

struct VoiceSocket {
  std::size_t message_bytes;         // the longest mixed message of PCMU
  std::chrono::seconds stall_limit;  // how long a peer may take nothing
};

/// Non-blocking, TCP_NODELAY, keepalive that finds a machine dead that says nothing, not before the
/// stall limit and within 30 s where that is shorter, and send buffers so small that what waits
/// there is a fraction of a second of sound: late voice belongs into the outbox, which can drop it.
/// Errors are ignored: a socket that is gone says so at the next read.
void prepare_socket(boost::asio::ip::tcp::socket& socket, const VoiceSocket& use) noexcept;

/// Lets at most four messages of this length wait unsent in the kernel, where the system can.
void limit_unsent(voice::NativeSocket socket, std::size_t message_bytes) noexcept;

/// Another stall limit for a socket in use: the system itself must not end it sooner.
void set_patience(voice::NativeSocket socket, std::chrono::seconds stall_limit) noexcept;

}  // namespace voiced
