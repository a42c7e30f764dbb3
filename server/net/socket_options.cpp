#include "server/net/socket_options.hpp"

#include <algorithm>
#ifndef _WIN32
#include <netinet/in.h>
#include <netinet/tcp.h>
#endif

namespace voiced {
namespace {

namespace asio = boost::asio;

template <int Level, int Name>
using IntegerOption = asio::detail::socket_option::integer<Level, Name>;

template <int Level, int Name>
void set(asio::ip::tcp::socket& socket, int value) noexcept {
  boost::system::error_code ignored;
  socket.set_option(IntegerOption<Level, Name>(value), ignored);
}

}  // namespace

void prepare_socket(asio::ip::tcp::socket& socket, std::size_t message_bytes) noexcept {
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  // The kernel charges its own bookkeeping, about 1 KiB a message: room for the 15 messages that
  // are on their way at 300 ms round trip.
  const std::size_t send_buffer_bytes =
      std::max<std::size_t>(std::size_t{32} * 1024, 32 * message_bytes);
  socket.set_option(asio::socket_base::send_buffer_size(static_cast<int>(send_buffer_bytes)),
                    ignored);
#ifdef TCP_NOTSENT_LOWAT
  // Unsent bytes beyond four messages stay with us, where age can drop them.
  set<IPPROTO_TCP, TCP_NOTSENT_LOWAT>(socket, static_cast<int>(4 * message_bytes));
#endif
#if defined(TCP_KEEPIDLE) && defined(TCP_KEEPINTVL) && defined(TCP_KEEPCNT)
  // 15 s of silence, then three probes 5 s apart: a peer that lost power is found in 30 s.
  set<IPPROTO_TCP, TCP_KEEPIDLE>(socket, 15);
  set<IPPROTO_TCP, TCP_KEEPINTVL>(socket, 5);
  set<IPPROTO_TCP, TCP_KEEPCNT>(socket, 3);
#endif
#ifdef TCP_USER_TIMEOUT
  set<IPPROTO_TCP, TCP_USER_TIMEOUT>(socket, 30'000);
#endif
}

}  // namespace voiced
