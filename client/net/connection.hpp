// One TCP connection to the server: dials, then bytes in, bytes out without waiting. Handlers keep
// it alive. `close()` is idempotent and the only exit; no event comes after it.
#pragma once

#include "client/call/failure_text.hpp"
#include "client/net/dialer.hpp"
#include "common/core/bytes.hpp"

#include <array>
#include <variant>

namespace voicecli {

namespace link {

struct Connected {};

/// Valid until the next call of poll_event().
struct Received {
  voice::Bytes bytes;
};

/// A write() that was cut short can go on.
struct Writable {};

/// Comes once, whatever ends the connection, except for our own close().
struct Ended {
  LinkEnd how;
};

}  // namespace link

using ConnectionEvent = std::variant<link::Connected, link::Received, link::Writable, link::Ended>;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  /// @param wake  called when there is an event; poll it there. Outlives the connection's open
  /// time, that is: until close() or Ended.
  Connection(boost::asio::io_context& io, std::function<void()> wake);

  void start(const std::string& host, std::uint16_t port);

  /// The event that `wake` was called for; none once it was taken.
  [[nodiscard]] std::optional<ConnectionEvent> poll_event();

  /// Writes what the kernel accepts at once, and returns how many bytes that were. If that was not
  /// all of them, Writable follows.
  [[nodiscard]] std::size_t write(voice::Bytes bytes);

  /// Keeps the kernel from holding more than `bytes` that it has not sent yet, where it can be told
  /// so.
  void limit_unsent(std::size_t bytes);

  /// Ends our half after all that was written, and reads on until the server has ended its own.
  void end_sending();

  void close();

  [[nodiscard]] bool is_resolving() const noexcept { return dialer_ && dialer_->is_resolving(); }

 private:
  using Tcp = boost::asio::ip::tcp;

  void dialed();
  void connected();
  void read();
  void wait_writable();
  void give_up();
  void lost(const boost::system::error_code& error);
  void tell(ConnectionEvent event);

  boost::asio::io_context& io_;
  std::function<void()> wake_;
  std::shared_ptr<Dialer> dialer_;
  Tcp::socket socket_;
  std::optional<ConnectionEvent> event_;
  std::array<std::uint8_t, std::size_t{16} * 1024> read_buffer_{};
  bool closed_ = false;
  bool sending_ended_ = false;
  bool waiting_writable_ = false;
  std::chrono::steady_clock::time_point blocked_since_{};
};

}  // namespace voicecli
