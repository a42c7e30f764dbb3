// A peer's socket with its session and its outbox. Moves bytes between them, never waits, and
// reports the end of the connection instead of ending it: the server is its owner and closes.
#pragma once

#include "server/conference/doorman.hpp"
#include "server/conference/farewell.hpp"
#include "server/conference/peer_notes.hpp"
#include "server/conference/sender.hpp"
#include "server/conference/session.hpp"
#include "server/net/socket_io.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <optional>
#include <span>

namespace voiced {

class Connection {
 public:
  /// @param waiting where it stands while bytes wait here; outlives it.
  Connection(ConnectionId id, boost::asio::ip::tcp::socket socket,
             const boost::asio::ip::tcp::endpoint& peer, Conference& conference,
             voice::OutboxLimits limits, WaitingList& waiting, bool require_hello);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Takes the socket out of the reactor: who is read at every tick anyway needs no event for every
  /// frame.
  void park();
  /// Puts it back, so that the reactor can be asked to wait for it.
  void unpark();
  void close_socket() noexcept;
  /// Another stall limit.
  void set_patience(std::chrono::seconds stall_limit) noexcept;

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

  /// Begins the end: what has not begun to leave is dropped. The peer is told what its session has
  /// to tell.
  void begin_farewell(CloseReason reason, voice::TimePoint now);
  /// Goes on with it. True when the connection can be destroyed.
  [[nodiscard]] bool continue_farewell(std::span<std::uint8_t> scratch, voice::TimePoint now);
  /// Bytes of its farewell may still have to leave.
  [[nodiscard]] const Farewell& farewell() const noexcept { return farewell_; }
  [[nodiscard]] bool may_send() const noexcept { return open_ && !farewell_.is_shut_down(); }

  [[nodiscard]] ConnectionId id() const noexcept { return id_; }
  /// The socket, for waiting; not while parked.
  [[nodiscard]] boost::asio::ip::tcp::socket& socket() noexcept { return socket_; }
  [[nodiscard]] Session& session() noexcept { return session_; }
  [[nodiscard]] const Session& session() const noexcept { return session_; }
  [[nodiscard]] Sender& sender() noexcept { return sender_; }
  [[nodiscard]] const Sender& sender() const noexcept { return sender_; }
  [[nodiscard]] bool is_open() const noexcept { return open_; }
  [[nodiscard]] voice::TimePoint last_heard() const noexcept { return last_heard_; }

 private:
  [[nodiscard]] Written write(voice::Bytes bytes) noexcept;
  void shut_down_sending() noexcept;

  // What every tick touches comes first and lies together: a thousand peers do not fit into a
  // cache.
  NativeSocket handle_;
  bool parked_ = false;
  bool open_ = true;

 public:
  // Where the server has listed this connection; only the server reads and writes them.
  struct Lists {
    bool closing = false;
    bool refused = false;   // one of those in the refused peers' places
    bool stranger = false;  // counted by the doorman as one that has not shown itself
    bool admitted = false;  // the doorman has let it in, and is told when it leaves
    std::uint8_t reads_this_tick = 0;
    std::uint64_t read_tick = 0;  // the tick that reads_this_tick counts
  } lists;

 private:
  Sender sender_;
  ConnectionId id_;
  voice::TimePoint last_heard_{};
  Session session_;
  boost::asio::ip::tcp::socket socket_;  // without a handle while parked
  boost::asio::ip::tcp protocol_;
  Farewell farewell_{{}, {}};

 public:
  AddressKey address_key{};
  voice::TimePoint joined_at{};
  PeerNotes notes;
};

}  // namespace voiced
