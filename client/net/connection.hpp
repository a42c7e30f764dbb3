// One TCP connection to the server: name resolution, a race between the addresses, bytes in, bytes
// out without waiting. Handlers keep it alive; `close()` is idempotent and the only exit, after it
// no event comes any more.
#pragma once

#include "client/net/connect_race.hpp"
#include "common/core/bytes.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace voicecli {

/// What a connection tells its owner. `on_closed` comes once, for whatever ends it but our own
/// close().
class ConnectionEvents {
 public:
  virtual ~ConnectionEvents() = default;

  virtual void on_connected(const std::string& peer) = 0;
  virtual void on_received(voice::Bytes bytes) = 0;
  virtual void on_writable() = 0;
  virtual void on_closed(const std::string& reason) = 0;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  /// @param events outlives the connection's open time, that is: until close() or on_closed().
  Connection(boost::asio::io_context& io, ConnectionEvents& events);

  void start(const std::string& host, std::uint16_t port);

  /// Writes what the kernel takes at once and returns how many bytes that were. When it was not all
  /// of them, on_writable() follows.
  [[nodiscard]] std::size_t write(voice::Bytes bytes);

  /// Keeps the kernel from holding more than `bytes` that it has not sent yet, where it can be told
  /// so.
  void limit_unsent(std::size_t bytes);

  /// Ends our half after all that was written, and reads on until the server has ended its own.
  void finish();

  void close();

  [[nodiscard]] bool is_resolving() const noexcept { return resolving_; }

 private:
  using Tcp = boost::asio::ip::tcp;

  void start_race(const Tcp::resolver::results_type& found);
  void go_on_racing();
  void attempt(std::size_t address);
  void attempt_failed(const boost::system::error_code& error);
  void end_race();
  void connected();
  void read();
  void wait_writable();
  void give_up();
  void lost(const boost::system::error_code& error);

  ConnectionEvents& events_;
  Tcp::resolver resolver_;
  Tcp::socket socket_;
  boost::asio::steady_timer race_timer_;
  // While the race goes on; all are in the order of the race.
  std::optional<ConnectRace> race_;
  std::vector<Tcp::endpoint> addresses_;
  std::deque<Tcp::socket> attempts_;
  boost::system::error_code last_error_;
  std::array<std::uint8_t, std::size_t{16} * 1024> read_buffer_{};
  bool resolving_ = false;
  bool closed_ = false;
  bool finished_ = false;
  bool waiting_writable_ = false;
  std::chrono::steady_clock::time_point blocked_since_{};
};

}  // namespace voicecli
