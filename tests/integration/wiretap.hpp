// An observer on the wire between a client and a server.
#pragma once

#include "tests/support/tcp_peer.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <string>
#include <thread>

namespace voice::test {

/// Passes on everything between one client and the server, in both directions, and keeps it.
class Wiretap {
 public:
  explicit Wiretap(std::uint16_t server) : thread_([this, server] { pass_on(server); }) {}
  ~Wiretap() { thread_.join(); }
  [[nodiscard]] std::uint16_t port() const { return listener_.port(); }
  [[nodiscard]] const std::string& heard() const { return heard_; }

 private:
  void pass_on(std::uint16_t server) {
    TcpPeer client = listener_.accept();
    TcpPeer voiced(server);
    std::array<pollfd, 2> both{
        {{client.descriptor(), POLLIN, 0}, {voiced.descriptor(), POLLIN, 0}}};
    std::array<char, 4096> bytes{};
    while (::poll(both.data(), both.size(), 30'000) > 0) {
      for (std::size_t i = 0; i < both.size(); ++i) {
        if (both[i].revents == 0) continue;
        const ssize_t count = ::recv(both[i].fd, bytes.data(), bytes.size(), 0);
        if (count <= 0) return;
        heard_.append(bytes.data(), static_cast<std::size_t>(count));
        const auto size = static_cast<std::size_t>(count);
        if (::send(both[1 - i].fd, bytes.data(), size, MSG_NOSIGNAL) != count) return;
      }
    }
  }

  TcpListener listener_;
  std::string heard_;
  std::thread thread_;
};

}  // namespace voice::test
