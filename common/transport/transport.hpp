// What turns the bytes of a connection into messages and messages into bytes (docs/protocol.md §1):
// plain framing, or framing inside TLS or WebSocket. Wire bytes in, message views out, and back. No
// socket, no clock. Owned by a Channel, or by the transport around it.
#pragma once

#include "common/core/bytes.hpp"
#include "common/core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace voice {

/// Why a stream has no further meaning. Close the connection.
enum class TransportError : std::uint8_t {
  negative_length,
  too_long,
  foreign,        // the peer does not speak this at all
  handshake,      // no agreement with the peer
  untrusted,      // the peer's certificate is not one to trust
  not_yet_valid,  // nothing else is wrong with it
  corrupt,        // a record that cannot be decrypted, or an alert
  flooding,       // far more records than the messages in them need
  ended,          // the peer has ended the stream, as it should
};

[[nodiscard]] const char* to_string(TransportError error) noexcept;

class Transport {
 public:
  Transport() = default;
  virtual ~Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  /// Takes the next whole message (prefix removed, possibly empty) from the front of `wire`, which
  /// is cut anywhere, and advances `wire` past what was consumed. None when all bytes are consumed
  /// and no message is whole. The view is valid until the next call of any member, and while the
  /// caller's bytes are. Not called again after an error.
  [[nodiscard]] virtual expected<std::optional<Bytes>, TransportError> next(Bytes& wire) = 0;

  /// A message has begun and is not yet whole.
  [[nodiscard]] virtual bool mid_message() const noexcept = 0;

  /// Longest payload accepted, from the next message on; a longer one is an error before any of it
  /// is stored.
  virtual void set_message_bytes_max(std::size_t bytes) noexcept = 0;

  /// Messages can be sealed: a handshake, if there is one, is done.
  [[nodiscard]] virtual bool is_ready() const noexcept = 0;

  /// The bytes to write for one whole message (prefix and payload). Only while is_ready(). They
  /// must leave, whole and in order. Valid until the next call of any member, and while the message
  /// is.
  [[nodiscard]] virtual Bytes seal(Bytes message) = 0;

  /// The bytes to write for the transport itself (a handshake, a pong, a farewell), each handed out
  /// once; empty when there are none. Valid until the next call of any member.
  [[nodiscard]] virtual Bytes own() = 0;

  /// Whether own() may have something: false spares the owner a question.
  [[nodiscard]] virtual bool may_have_own() const noexcept { return true; }

  /// The next step of its handshake is expensive, and waits until the owner can spare the time.
  [[nodiscard]] virtual bool wants_turn() const noexcept { return false; }
  /// Allows that step: the next call of next(), with no bytes or more, takes it.
  virtual void give_turn() noexcept {}

  /// Nothing more will be sealed: own() has its farewell from now on, if there is one. Before the
  /// handshake is done, this tells the peer that it is denied. Idempotent.
  virtual void finish() {}

  /// For people, once it is ready: how it is encrypted, "TLS1.3, AES-128-GCM"; empty: not at all.
  [[nodiscard]] virtual std::string description() const { return {}; }

  /// Once it is ready: the name in the certificate that the peer has presented, if an authority of
  /// ours vouches for it; empty: it has none. Printable text of at most 64 bytes.
  [[nodiscard]] virtual std::string peer_name() const { return {}; }

  /// For people, after an error: what was wrong, without a full stop; empty if the error says it
  /// all. At most 200 bytes, whatever the peer sent.
  [[nodiscard]] virtual std::string failure() const { return {}; }
};

}  // namespace voice
