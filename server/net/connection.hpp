// A peer's socket: moves bytes, never waits, decides nothing. It is in the reactor while events are
// wanted, and out of it ("parked") while the peer is read at every tick anyway.
#pragma once

#include "server/net/socket_io.hpp"
#include "server/net/socket_options.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace voiced {

/// Asio keeps a record for each socket that was ever open at the same time. Made now, in one go,
/// the records are contiguous; made as peers connect, they would lie between the peers' own memory,
/// and keep its pages resident long after the peers have gone.
void reserve_reactor(boost::asio::io_context& io, std::size_t sockets);

class Connection {
 public:
  Connection(boost::asio::ip::tcp::socket socket, boost::asio::ip::tcp protocol);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Takes the socket out of the reactor, so that a talker's frames cause no events.
  void park();
  /// Puts it back, so that the reactor can wait for it. False: the reactor could not take it, and
  /// it is closed.
  [[nodiscard]] bool unpark();

  /// Nothing more is sent; the peer sees the end after the last byte.
  void shut_down_sending() noexcept;
  /// Sets another stall limit.
  void set_patience(std::chrono::seconds stall_limit) noexcept;

  /// The socket, for waiting; not while parked.
  [[nodiscard]] boost::asio::ip::tcp::socket& socket() noexcept { return socket_; }
  /// For socket_io, parked or not.
  [[nodiscard]] NativeSocket handle() const noexcept { return handle_; }

 private:
  NativeSocket handle_;
  bool is_parked_ = false;
  bool is_open_ = true;
  boost::asio::ip::tcp protocol_;
  boost::asio::ip::tcp::socket socket_;  // without a handle while parked
};

}  // namespace voiced
