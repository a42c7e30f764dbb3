// A bare TCP connection that speaks our framing, or deliberately does not. POSIX. Waits no longer
// than patience.
#pragma once

#include "common/wire/deframer.hpp"

#include "tests/support/eventually.hpp"
#include "tests/support/vectors.hpp"

#include <cstdint>
#include <deque>
#include <optional>

namespace voice::test {

/// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int value = -1) noexcept : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(other.value_) { other.value_ = -1; }
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  [[nodiscard]] int get() const noexcept { return value_; }

 private:
  int value_;
};

enum class End : std::uint8_t {
  none,         // still open
  clean,        // closed between two messages
  mid_message,  // closed within one
  reset,        // broken off
};

class TcpPeer {
 public:
  struct Options {
    int receive_buffer_bytes = 0;  // 0: the system's own
    std::uint8_t from = 0;         // connect from 127.0.0.`from`; 0: the system's choice
  };

  /// Connects to 127.0.0.1:`port`; throws if nobody answers.
  explicit TcpPeer(std::uint16_t port) : TcpPeer(port, Options{}) {}
  TcpPeer(std::uint16_t port, Options options);
  /// Takes over an accepted connection.
  explicit TcpPeer(Descriptor socket);

  /// Sends all; false if the other side has closed, or reads nothing until patience runs out.
  bool send(Bytes bytes);

  /// Reads what has arrived, at most `bytes_max`, without waiting.
  void receive(std::size_t bytes_max = SIZE_MAX);
  /// The next complete message already received; neither waits nor reads.
  [[nodiscard]] std::optional<ByteVector> take();
  /// The next complete message, waiting for it. Empty if the connection ends or patience runs out.
  [[nodiscard]] std::optional<ByteVector> next();

  [[nodiscard]] End end() const noexcept { return end_; }
  /// Reads and discards until the other side has closed; `none` if patience runs out first.
  End wait_for_end();

  /// Closes with a reset instead of a FIN.
  void reset() noexcept;
  /// Closes our direction; the other side may still send.
  void finish() noexcept;
  void close() noexcept { socket_ = Descriptor(); }

  [[nodiscard]] int descriptor() const noexcept { return socket_.get(); }

 private:
  [[nodiscard]] bool wait_for(short events) const;

  Descriptor socket_;
  Deframer deframer_{message_bytes_max_any_rate};
  std::deque<ByteVector> messages_;
  End end_ = End::none;
};

/// A listening socket on a port that the system chooses.
class TcpListener {
 public:
  TcpListener() : TcpListener(0) {}
  explicit TcpListener(std::uint16_t port);
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] int descriptor() const noexcept { return socket_.get(); }
  /// Waits for a connection; throws if patience runs out.
  [[nodiscard]] TcpPeer accept();

 private:
  Descriptor socket_;
  std::uint16_t port_ = 0;
};

}  // namespace voice::test
