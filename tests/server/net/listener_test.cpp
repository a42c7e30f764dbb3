#ifndef _WIN32

#include "server/net/listener.hpp"

#include "common/net/endpoint.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/logged.hpp"

#include <boost/asio/ip/v6_only.hpp>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <vector>

using voice::test::eventually;
using voiced::AcceptBy;
using voiced::Listener;
using voiced::ListenError;
using voiced::Spoken;

namespace {

int bound_socket(int type) {
  const int socket = ::socket(AF_INET, type, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  return socket;
}

bool is_open(int descriptor) {
  return ::fcntl(descriptor, F_GETFD) != -1;
}

struct Fixture {
  boost::asio::io_context io;
  int accepted = 0;
  Listener listener{io, [this](boost::asio::ip::tcp::socket, Spoken) { ++accepted; },
                    [](const boost::system::error_code&) {}};
};

}  // namespace

TEST_CASE("a socket that is already listening is taken over, and peers waiting there are let in",
          "[listener]") {
  Fixture fixture;
  const int socket = bound_socket(SOCK_STREAM);
  REQUIRE(::listen(socket, 8) == 0);
  sockaddr_in address{};
  socklen_t size = sizeof address;
  REQUIRE(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const int peer = ::socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE(::connect(peer, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);

  REQUIRE(fixture.listener.adopt(socket, Spoken::plain));

  CHECK(eventually([&] {
    fixture.io.poll();
    return fixture.accepted == 1;
  }));
  const auto endpoints = fixture.listener.endpoints();
  REQUIRE(endpoints.size() == 1);
  CHECK(endpoints[0] == "127.0.0.1:" + std::to_string(ntohs(address.sin_port)));
  fixture.listener.close();
  CHECK_FALSE(is_open(socket));
  ::close(peer);
}

TEST_CASE("a descriptor that is not a listening TCP socket is refused and left open",
          "[listener]") {
  Fixture fixture;
  int pipe_ends[2];
  REQUIRE(::pipe(pipe_ends) == 0);
  int pair[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
  const int datagrams = bound_socket(SOCK_DGRAM);
  const int deaf = bound_socket(SOCK_STREAM);
  const int local = ::socket(AF_UNIX, SOCK_STREAM, 0);
  const sockaddr unnamed{AF_UNIX, {}};
  REQUIRE(::bind(local, &unnamed, sizeof unnamed.sa_family) == 0);
  REQUIRE(::listen(local, 1) == 0);

  for (const int descriptor : {pipe_ends[0], pair[0], datagrams, deaf, local}) {
    const auto adopted = fixture.listener.adopt(descriptor, Spoken::plain);
    REQUIRE_FALSE(adopted);
    CHECK(adopted.error().about == ListenError::About::inherited);
    CHECK(adopted.error().text ==
          "inherited descriptor " + std::to_string(descriptor) + " is not a listening TCP socket");
    CHECK(is_open(descriptor));
  }
  CHECK(fixture.listener.endpoints().empty());
  for (const int descriptor :
       {pipe_ends[0], pipe_ends[1], pair[0], pair[1], datagrams, deaf, local})
    ::close(descriptor);
}

TEST_CASE("every waiting peer is let in, by readiness and by completion", "[listener]") {
  using boost::asio::ip::tcp;
  for (const AcceptBy by : {AcceptBy::readiness, AcceptBy::completion}) {
    CAPTURE(static_cast<int>(by));
    boost::asio::io_context io;
    int accepted = 0;
    Listener listener(
        io, [&](tcp::socket socket, Spoken) { accepted += socket.is_open() ? 1 : 0; },
        [](const boost::system::error_code&) { FAIL("accepting failed"); }, by);
    REQUIRE(listener.listen({"127.0.0.1"}, 0, Spoken::plain));
    const std::string endpoint = listener.endpoints().at(0);
    const auto port =
        static_cast<std::uint16_t>(std::stoi(endpoint.substr(endpoint.find(':') + 1)));

    // In two waves: the second finds a listener that has been woken before.
    std::vector<tcp::socket> peers;
    for (int wave = 1; wave <= 2; ++wave) {
      for (int i = 0; i < 3; ++i) {
        peers.emplace_back(io).connect({boost::asio::ip::address_v4::loopback(), port});
      }
      while (accepted < 3 * wave && io.run_one_for(std::chrono::seconds{60}) != 0) {
      }
      CHECK(accepted == 3 * wave);
    }
    listener.close();
    io.run();
  }
}

TEST_CASE("if another program has the port for IPv6, IPv4 is served, and IPv6 once it has gone",
          "[listener]") {
  using boost::asio::ip::tcp;
  Fixture fixture;
  tcp::acceptor other(fixture.io);
  boost::system::error_code error;
  other.open(tcp::v6(), error);
  if (!error) other.set_option(boost::asio::ip::v6_only(true), error);
  if (!error) other.bind({tcp::v6(), 0}, error);
  if (error) {
    WARN("skipped: this machine has no IPv6");
    return;
  }
  other.listen();
  const std::uint16_t port = other.local_endpoint().port();
  const std::string address = "address=[::]:" + std::to_string(port);
  const voice::test::Logged logged;

  REQUIRE(fixture.listener.listen({}, port, Spoken::plain));
  CHECK(fixture.listener.endpoints().size() == 1);
  CHECK(logged.text().starts_with("warning cannot listen on IPv6 " + address + " error=\""));
  other.close();

  CHECK(eventually([&] {
    fixture.io.poll();
    return fixture.listener.endpoints().size() == 2;
  }));
  CHECK(logged.count("info now listening on IPv6 " + address) == 1);
}

TEST_CASE("a descriptor that is closed is refused", "[listener]") {
  Fixture fixture;

  CHECK_FALSE(fixture.listener.adopt(999, Spoken::plain));
}

TEST_CASE("a peer is handed over with the protocol of the address where it connected",
          "[listener]") {
  using boost::asio::ip::tcp;
  boost::asio::io_context io;
  std::vector<Spoken> spoken;
  Listener listener(
      io, [&](tcp::socket, Spoken what) { spoken.push_back(what); },
      [](const boost::system::error_code&) {});
  REQUIRE(listener.listen({"127.0.0.1"}, 0, Spoken::plain));
  REQUIRE(listener.listen({"127.0.0.1"}, 0, Spoken::tls));
  const auto endpoints = listener.endpoints();
  REQUIRE(endpoints.size() == 2);
  REQUIRE(endpoints[1].ends_with(" tls"));
  CHECK_FALSE(endpoints[0].ends_with(" tls"));
  std::vector<tcp::socket> peers;
  for (const std::string& text : {endpoints[1].substr(0, endpoints[1].find(' ')), endpoints[0]}) {
    peers.emplace_back(io);
    peers.back().connect(*voice::parse_endpoint(text));
    const std::size_t before = spoken.size();
    REQUIRE(eventually([&] {
      io.poll();
      return spoken.size() > before;
    }));
  }
  CHECK(spoken == std::vector{Spoken::tls, Spoken::plain});
}

#endif
