// Options of every peer's socket (common/net/socket_options.hpp): how much may wait in the kernel,
// and after how long a silent peer counts as dead.
#pragma once

#include "common/net/socket_options.hpp"

#include <chrono>
#include <cstddef>

namespace voiced {

struct VoiceSocket {
  std::size_t message_bytes;         // the longest mixed message of PCMU
  std::chrono::seconds stall_limit;  // how long a peer may take nothing
};

/// Sets the socket to non-blocking and TCP_NODELAY. Keepalive finds a dead machine after 30 s or,
/// if that is longer, the stall limit. Send buffers hold only a fraction of a second of sound: late
/// sound must wait in the outbox, which can drop it. Ignores errors: a socket that is gone fails at
/// the next read.
void prepare_socket(boost::asio::ip::tcp::socket& socket, const VoiceSocket& use) noexcept;

/// Lets at most four messages of this length wait unsent in the kernel, where the system can.
void limit_unsent(voice::NativeSocket socket, std::size_t message_bytes) noexcept;

/// Sets another stall limit for a socket in use; the system does not end it sooner.
void set_patience(voice::NativeSocket socket, std::chrono::seconds stall_limit) noexcept;

}  // namespace voiced
