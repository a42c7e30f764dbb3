#include "common/net/socket_options.hpp"

#ifndef _WIN32
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#endif

namespace voice {
namespace {

namespace asio = boost::asio;

#ifndef _WIN32
using OptionValue = const void*;
#else
using OptionValue = const char*;
#endif

void set(NativeSocket socket, int level, int name, int value) noexcept {
  (void)::setsockopt(socket, level, name, reinterpret_cast<OptionValue>(&value), sizeof value);
}

}  // namespace

void prepare_for_voice(asio::ip::tcp::socket& socket, std::size_t send_buffer_bytes) noexcept {
  boost::system::error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::send_buffer_size(static_cast<int>(send_buffer_bytes)),
                    ignored);
}

void set_keep_alive(NativeSocket socket, [[maybe_unused]] const KeepAlive& keep_alive) noexcept {
  set(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
#ifdef TCP_KEEPIDLE
  set(socket, IPPROTO_TCP, TCP_KEEPIDLE, keep_alive.idle_s);
#endif
#ifdef TCP_KEEPINTVL
  set(socket, IPPROTO_TCP, TCP_KEEPINTVL, keep_alive.interval_s);
#endif
#ifdef TCP_KEEPCNT
  set(socket, IPPROTO_TCP, TCP_KEEPCNT, keep_alive.probes);
#endif
}

void limit_unsent_bytes([[maybe_unused]] NativeSocket socket,
                        [[maybe_unused]] std::size_t bytes) noexcept {
#ifdef TCP_NOTSENT_LOWAT
  set(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, static_cast<int>(bytes));
#endif
}

void set_user_timeout([[maybe_unused]] NativeSocket socket,
                      [[maybe_unused]] std::chrono::milliseconds timeout) noexcept {
#ifdef TCP_USER_TIMEOUT
  set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(timeout.count()));
#endif
}

}  // namespace voice
