// One connection's way from bytes to messages and from an outbox to bytes. Wire bytes and an Outbox
// in; message views and wire bytes out. Owns the connection's Transport.
//
//   socket ─▶ next() ─▶ Transport ─▶ messages
//   Outbox ─▶ to_send() ─▶ Transport ─▶ socket
//
// A plain connection needs no transport between: it has its deframer right here, and what leaves is
// the outbox's own buffer, in one piece. Any other transport seals one message at a time, as late
// as possible: what is still in the outbox can be dropped when it is too old, what is sealed
// cannot.
#pragma once

#include "common/transport/plain_transport.hpp"
#include "common/wire/outbox.hpp"

#include <memory>
#include <vector>

namespace voice {

class Channel {
 public:
  /// @param message_bytes_max as of Transport::set_message_bytes_max().
  /// @param transport null: plain.
  explicit Channel(std::size_t message_bytes_max, std::unique_ptr<Transport> transport = nullptr);

  /// As Transport::next().
  [[nodiscard]] expected<std::optional<Bytes>, TransportError> next(Bytes& wire) {
    if (sealing_ == nullptr) return plain_.next(wire);
    sealing_->keep();
    return sealing_->transport->next(wire);
  }
  /// The usual case of next(), and cheaper: a message that lies whole at the front of `wire`, of a
  /// plain connection. Null (not merely empty) when next() has to say what there is.
  [[nodiscard]] Bytes next_whole(Bytes& wire) noexcept {
    return sealing_ == nullptr ? plain_.next_whole(wire) : Bytes{};
  }
  [[nodiscard]] bool mid_message() const noexcept {
    return sealing_ == nullptr ? plain_.mid_message() : sealing_->transport->mid_message();
  }
  /// What leaves is the outbox's own buffer, and nothing else ever does.
  [[nodiscard]] bool is_plain() const noexcept { return sealing_ == nullptr; }
  /// Messages can leave: a handshake, if there is one, is done.
  [[nodiscard]] bool is_ready() const noexcept {
    return sealing_ == nullptr || sealing_->transport->is_ready();
  }
  void set_message_bytes_max(std::size_t bytes) noexcept;
  /// As set last, or at construction.
  [[nodiscard]] std::size_t message_bytes_max() const noexcept {
    return plain_.message_bytes_max();
  }

  /// As the functions of Transport.
  [[nodiscard]] bool wants_turn() const noexcept {
    return sealing_ != nullptr && sealing_->transport->wants_turn();
  }
  void give_turn() noexcept {
    if (sealing_ != nullptr) sealing_->transport->give_turn();
  }
  [[nodiscard]] bool may_have_own() const noexcept {
    return sealing_ != nullptr && sealing_->transport->may_have_own();
  }
  [[nodiscard]] std::string description() const {
    return sealing_ == nullptr ? std::string() : sealing_->transport->description();
  }
  [[nodiscard]] std::string peer_name() const {
    return sealing_ == nullptr ? std::string() : sealing_->transport->peer_name();
  }
  [[nodiscard]] std::string failure() const {
    return sealing_ == nullptr ? std::string() : sealing_->transport->failure();
  }
  /// When everything in the outbox has been sealed, the transport says its farewell, if it has one.
  /// Nothing may be put into the outbox after that has left. Idempotent.
  void finish() noexcept {
    if (sealing_ != nullptr) sealing_->is_finishing = true;
  }

  /// The bytes to write next; empty when there are none. Valid until the next call of a member and
  /// until `outbox` changes.
  [[nodiscard]] Bytes to_send(Outbox& outbox);
  /// Seals a whole message at once, which saves the way through an outbox that is empty (asserted
  /// by the caller), and returns the bytes to write next. Empty when that cannot be, because other
  /// bytes leave first: then it has to wait in the outbox. Only of a connection that is not plain
  /// (asserted).
  /// @param audio_messages 1 for audio, otherwise 0: what sent() will return.
  [[nodiscard]] Bytes seal(Bytes message, std::size_t audio_messages);
  /// Tells that the first `count` bytes of to_send() or seal() have left. Returns how many audio
  /// messages have left whole by that.
  std::size_t sent(Outbox& outbox, std::size_t count);
  /// Nothing sealed is waiting to leave: as far as this is concerned, the connection may be closed.
  [[nodiscard]] bool on_message_boundary() const noexcept {
    return sealing_ == nullptr || sealing_->rest.empty();
  }
  /// The same, and the transport owes no farewell.
  [[nodiscard]] bool all_left() const noexcept {
    return on_message_boundary() &&
           (sealing_ == nullptr || sealing_->is_finishing == sealing_->is_finished);
  }

 private:
  struct Sealing {
    void take_next(Outbox& outbox);
    void begin_next();
    void keep();

    std::unique_ptr<Transport> transport;
    Bytes rest = {};  // sealed, and has not left: in the transport's memory, or in `kept`
    std::vector<std::uint8_t> kept = {};
    bool is_kept = false;
    std::size_t audio_messages = 0;  // in what is sealed: 0 or 1
    bool is_finishing = false;
    bool is_finished = false;  // its farewell is in `rest`, or has left
  };

  std::unique_ptr<Sealing> sealing_;  // null: plain
  PlainTransport plain_;
};

}  // namespace voice
