#include "common/net/socket_options.hpp"

#include "tests/support/catch.hpp"

#include <boost/asio/io_context.hpp>

#ifdef __linux__
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

using boost::asio::ip::tcp;

namespace {

int option_of(tcp::socket& socket, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  REQUIRE(::getsockopt(socket.native_handle(), level, name, &value, &size) == 0);
  return value;
}

}  // namespace

TEST_CASE("a voice connection gets the socket options that it asks for", "[socket_options]") {
  boost::asio::io_context io;
  tcp::socket socket(io, tcp::v4());

  voice::prepare_for_voice(socket, 16'384);
  voice::set_keep_alive(socket.native_handle(), {.idle_s = 10, .interval_s = 3, .probes = 4});
  voice::limit_unsent_bytes(socket.native_handle(), 700);
  voice::set_user_timeout(socket.native_handle(), std::chrono::seconds{20});

  CHECK(option_of(socket, IPPROTO_TCP, TCP_NODELAY) != 0);
  CHECK(option_of(socket, SOL_SOCKET, SO_SNDBUF) == 2 * 16'384);  // socket(7): doubled
  CHECK(option_of(socket, SOL_SOCKET, SO_KEEPALIVE) != 0);
  CHECK(option_of(socket, IPPROTO_TCP, TCP_KEEPIDLE) == 10);
  CHECK(option_of(socket, IPPROTO_TCP, TCP_KEEPINTVL) == 3);
  CHECK(option_of(socket, IPPROTO_TCP, TCP_KEEPCNT) == 4);
  CHECK(option_of(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT) == 700);
  CHECK(option_of(socket, IPPROTO_TCP, TCP_USER_TIMEOUT) == 20'000);
}
#endif
