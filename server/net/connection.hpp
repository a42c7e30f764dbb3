// A peer's socket with its session and its outbox. Moves bytes between them, never waits, and
// reports the end of the connection instead of ending it: the server is its owner and closes.
#pragma once

#include "common/wire/outbox.hpp"
#include "server/conference/doorman.hpp"
#include "server/conference/peer_notes.hpp"
#include "server/conference/session.hpp"
#include "server/net/socket_io.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <optional>
#include <span>

namespace voiced {

/// Names a connection; a number is never used twice.
struct ConnectionId {
  std::uint32_t index = 0;
  std::uint64_t number = 0;
};

class Connection {
 public:
  Connection(ConnectionId id, boost::asio::ip::tcp::socket socket, std::string address,
             Conference& conference, voice::OutboxLimits limits, bool require_hello);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Takes the socket out of the reactor: who is read at every tick anyway needs no event for every
  /// frame.
  void park();
  /// Puts it back, so that the reactor can be asked to wait for it.
  void unpark();
  void close_socket() noexcept;
  void shut_down_sending() noexcept;

  /// Reads once what has arrived, at most `scratch` bytes, and feeds the session. Returns the
  /// reason to close.
  [[nodiscard]] std::optional<CloseReason> read(std::span<std::uint8_t> scratch,
                                                voice::TimePoint now);

  /// Hands a whole message to the kernel at once; what it does not take waits in the outbox.
  [[nodiscard]] std::optional<CloseReason> send(voice::Bytes message, voice::MessageClass kind,
                                                voice::TimePoint now);

  /// Sends the session's control messages.
  [[nodiscard]] std::optional<CloseReason> send_control(voice::TimePoint now);

  /// Drops audio that is too old and offers the rest to the kernel again.
  [[nodiscard]] std::optional<CloseReason> flush(voice::TimePoint now);

  /// Since when the kernel has taken nothing although something was offered.
  [[nodiscard]] std::optional<voice::TimePoint> blocked_since() const noexcept {
    return blocked_since_;
  }

  /// Reads and forgets what still comes in on a connection that is closing; true when the peer has
  /// closed too.
  [[nodiscard]] bool drain(std::span<std::uint8_t> scratch) noexcept;

  [[nodiscard]] ConnectionId id() const noexcept { return id_; }
  /// The socket, for waiting; not while parked.
  [[nodiscard]] boost::asio::ip::tcp::socket& socket() noexcept { return socket_; }
  [[nodiscard]] Session& session() noexcept { return session_; }
  [[nodiscard]] const Session& session() const noexcept { return session_; }
  [[nodiscard]] voice::Outbox& outbox() noexcept { return outbox_; }
  [[nodiscard]] const voice::Outbox& outbox() const noexcept { return outbox_; }
  [[nodiscard]] bool is_open() const noexcept { return open_; }
  [[nodiscard]] voice::TimePoint last_heard() const noexcept { return last_heard_; }

 private:
  // What every tick touches comes first and lies together: a thousand peers do not fit into a
  // cache.
  NativeSocket handle_;
  bool parked_ = false;
  bool open_ = true;

 public:
  // Where the server has listed this connection; only the server reads and writes them.
  struct Lists {
    bool congested = false;  // outbox not empty
    bool closing = false;
    bool shut_down = false;
    bool stranger = false;  // counted by the doorman as one who has not shown himself
    bool admitted = false;  // the doorman has let him in, and is told when he leaves
    int reads_this_tick = 0;
    std::uint64_t read_tick = 0;  // the tick that reads_this_tick counts
  } lists;

 private:
  std::optional<voice::TimePoint> blocked_since_;
  voice::Outbox outbox_;
  ConnectionId id_;
  voice::TimePoint last_heard_{};
  Session session_;
  boost::asio::ip::tcp::socket socket_;  // without a handle while parked
  boost::asio::ip::tcp protocol_;

 public:
  AddressKey address_key{};
  voice::TimePoint joined_at{};
  voice::TimePoint closing_since{};
  PeerNotes notes;
};

}  // namespace voiced
