#include "client/net/socket_options.hpp"

#ifndef _WIN32
#include <netinet/in.h>
#include <netinet/tcp.h>
#endif

namespace voicecli {
namespace {

using boost::asio::ip::tcp;

template <int name>
void set_tcp_option(tcp::socket& socket, int value) {
  boost::system::error_code ignored;  // each option only improves what works without it
  socket.set_option(boost::asio::detail::socket_option::integer<IPPROTO_TCP, name>{value}, ignored);
}

// Probes after 10 s of silence, every 3 s, three of them: a dead classic server is noticed after 19
// s. No TCP_USER_TIMEOUT beside them: it counts from the first loss that has not been wholly made
// up for, so many short outages would end a call that goes on between them. Connection looks at
// what the system takes instead.
constexpr int keepalive_idle_s = 10;
constexpr int keepalive_interval_s = 3;
constexpr int keepalive_probes = 3;

// Two seconds at 8 kHz are 18 KB with headers; the kernel's default would hold 16 s and more.
constexpr int send_buffer_bytes = 16 * 1024;

}  // namespace

void prepare_for_voice(tcp::socket& socket) {
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay{true}, ignored);
  socket.set_option(boost::asio::socket_base::keep_alive{true}, ignored);
  socket.set_option(boost::asio::socket_base::send_buffer_size{send_buffer_bytes}, ignored);
#ifdef TCP_KEEPIDLE
  set_tcp_option<TCP_KEEPIDLE>(socket, keepalive_idle_s);
#endif
#ifdef TCP_KEEPINTVL
  set_tcp_option<TCP_KEEPINTVL>(socket, keepalive_interval_s);
#endif
#ifdef TCP_KEEPCNT
  set_tcp_option<TCP_KEEPCNT>(socket, keepalive_probes);
#endif
}

void limit_unsent_bytes([[maybe_unused]] tcp::socket& socket, [[maybe_unused]] std::size_t bytes) {
#ifdef TCP_NOTSENT_LOWAT
  set_tcp_option<TCP_NOTSENT_LOWAT>(socket, static_cast<int>(bytes));
#endif
}

}  // namespace voicecli
