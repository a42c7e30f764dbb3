#include "server/net/socket_options.hpp"

#include <algorithm>
#ifndef _WIN32
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#endif

namespace voiced {
namespace {

namespace asio = boost::asio;

#ifndef _WIN32
using OptionValue = const void*;
#else
using OptionValue = const char*;
#endif

[[maybe_unused]] void set(asio::ip::tcp::socket::native_handle_type socket, int name,
                          int value) noexcept {
  (void)::setsockopt(socket, IPPROTO_TCP, name, reinterpret_cast<OptionValue>(&value),
                     sizeof value);
}

struct KeepAlive {
  int idle_s;
  int interval_s;
  int probes;
};

// After 15 s of silence a probe every 5 s: a machine that lost power is found after 30 s. With a
// longer stall limit there are more of them.
[[maybe_unused]] constexpr KeepAlive keep_alive_for(std::chrono::seconds stall_limit) noexcept {
  constexpr int idle_s = 15;
  constexpr int interval_s = 5;
  constexpr int probes_min = 3;
  constexpr int probes_max = 100;  // 127 at most
  const auto rest_s = static_cast<int>(stall_limit.count()) - idle_s;
  const int probes = std::clamp(rest_s / interval_s + 1, probes_min, probes_max);
  return {idle_s, std::max(interval_s, rest_s / probes + 1), probes};
}

// Linux gives up after some 15 minutes (net.ipv4.tcp_retries2).
[[maybe_unused]] constexpr std::chrono::minutes retransmission_surely{10};

}  // namespace

void prepare_socket(asio::ip::tcp::socket& socket, const VoiceSocket& use) noexcept {
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  // The kernel charges its own bookkeeping, about 1 KiB a message: room for the 15 messages that
  // are on their way at 300 ms round trip.
  const std::size_t send_buffer_bytes =
      std::max<std::size_t>(std::size_t{32} * 1024, 32 * use.message_bytes);
  socket.set_option(asio::socket_base::send_buffer_size(static_cast<int>(send_buffer_bytes)),
                    ignored);
#ifdef TCP_NOTSENT_LOWAT
  // Unsent bytes beyond four messages stay with us, where age can drop them.
  set(socket.native_handle(), TCP_NOTSENT_LOWAT, static_cast<int>(4 * use.message_bytes));
#endif
  set_patience(socket.native_handle(), use.stall_limit);
}

void set_patience([[maybe_unused]] asio::ip::tcp::socket::native_handle_type socket,
                  [[maybe_unused]] std::chrono::seconds stall_limit) noexcept {
#if defined(TCP_KEEPIDLE) && defined(TCP_KEEPINTVL) && defined(TCP_KEEPCNT)
  const KeepAlive keep_alive = keep_alive_for(stall_limit);
  set(socket, TCP_KEEPIDLE, keep_alive.idle_s);
  set(socket, TCP_KEEPINTVL, keep_alive.interval_s);
  set(socket, TCP_KEEPCNT, keep_alive.probes);
#endif
#ifdef TCP_USER_TIMEOUT
  // Nothing below what the system retransmits for by itself: the time counts from the first loss
  // that has not been wholly made up for, so many short outages would end a call that goes on
  // between them. Who takes nothing is found by the stall limit.
  std::chrono::milliseconds limit{0};
  if (stall_limit > retransmission_surely) limit = stall_limit + retransmission_surely;
  set(socket, TCP_USER_TIMEOUT, static_cast<int>(limit.count()));
#endif
}

}  // namespace voiced
