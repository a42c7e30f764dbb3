// Listening sockets: binds the configured addresses, or takes over sockets that a service manager
// has bound, and hands out accepted sockets.
#pragma once

#include "common/core/result.hpp"
#include "server/net/accept_ready.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <vector>

namespace voiced {

struct ListenError {
  enum class About : std::uint8_t { address, port, inherited };
  About about;       // which setting must change
  std::string text;  // which address and port, why, and what to do
};

class Listener {
 public:
  using OnAccept = std::function<void(boost::asio::ip::tcp::socket)>;
  using OnExhausted = std::function<void(const boost::system::error_code&)>;

  /// @param on_accept    called for every new connection, many times in a row when many wait.
  /// @param on_exhausted called when accepting failed (no descriptors left); accepting pauses for
  /// 100 ms then.
  /// @param accept_by    how to learn that somebody is there; what is usual on this system.
  Listener(boost::asio::io_context& io, OnAccept on_accept, OnExhausted on_exhausted,
           AcceptBy accept_by = accept_by_default);

  /// Binds and listens. No addresses: all of them, IPv6 and IPv4 in one socket where the system
  /// can.
  [[nodiscard]] voice::expected<void, ListenError> listen(const std::vector<std::string>& addresses,
                                                          std::uint16_t port);

  /// Takes over a socket that listens already, and owns it from then on. Fails, and leaves it open,
  /// when the descriptor is anything but a listening TCP socket.
  [[nodiscard]] voice::expected<void, ListenError> adopt(int descriptor);

  /// "0.0.0.0:7000", one for each socket; the port is the real one when 0 was asked for.
  [[nodiscard]] std::vector<std::string> endpoints() const;

  void close();

 private:
  struct Socket {
    Socket(boost::asio::io_context& io) : acceptor(io), pause(io) {}
    boost::asio::ip::tcp::acceptor acceptor;
    boost::asio::steady_timer pause;
  };

  [[nodiscard]] voice::expected<void, ListenError> bind(const boost::asio::ip::tcp::endpoint& at);
  void wait(Socket& socket);
  void accept_all(Socket& socket, boost::system::error_code error,
                  boost::asio::ip::tcp::socket accepted);

  boost::asio::io_context& io_;
  AcceptBy accept_by_;
  OnAccept on_accept_;
  OnExhausted on_exhausted_;
  std::list<Socket> sockets_;  // stable addresses: handlers hold references
};

}  // namespace voiced
