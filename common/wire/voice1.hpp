// The text messages of voice/1 as types (docs/protocol.md §7). In: the bytes of one message. Out: a
// typed message; and back. The only place that knows the words of the protocol: verbs, keys, codes.
//
// Texts are views: of a parsed message they point into the parsed bytes, of a message to be written
// into the caller's strings. A text that is absent is empty.
#pragma once

#include "common/core/bytes.hpp"
#include "common/core/result.hpp"
#include "common/wire/text_message.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace voice::voice1 {

// In each of these, `unknown` is last and stands for a word that only a newer peer knows.

/// Why a peer is not let in.
enum class RefusalCode : std::uint8_t { full, limit, busy, banned, draining, unknown };

/// Why a server ends a connection, as far as the client has to act on it.
enum class ByeCode : std::uint8_t {
  none,
  kicked,
  banned,
  password,     // of the conference or of an account: wrong, missing, or in the clear
  login,        // an account or an invitation is required
  invitation,   // invalid, or no longer valid
  wait,         // too many attempts: later ones may succeed
  name,         // mixes alphabets, which the room refuses
  name_taken,   // like that of another participant, which may leave
  no_room,      // Hello names a room that does not exist
  room_full,    // that room is full
  room_locked,  // that room is locked
  room_closed,  // the operator has closed the room
  unknown
};

/// What the operator has muted: the microphone (others do not hear the peer), the loudspeaker (the
/// peer is sent nothing), or both.
enum class Muted : std::uint8_t { none, microphone, loudspeaker, both, unknown };

/// What a peer may do: listen; also speak; also enter locked rooms.
enum class Role : std::uint8_t { listener, speaker, operator_, unknown };

/// How sound is encoded: G.711 µ-law, 16-bit linear (both RFC 3551 §4.5), or Opus (RFC 6716).
enum class Codec : std::uint8_t { pcmu, l16, opus, unknown };

/// The word on the wire; ByeCode::none has none. "unknown" for `unknown`.
[[nodiscard]] std::string_view to_string(RefusalCode code) noexcept;
[[nodiscard]] std::string_view to_string(ByeCode code) noexcept;
[[nodiscard]] std::string_view to_string(Muted muted) noexcept;
[[nodiscard]] std::string_view to_string(Role role) noexcept;
[[nodiscard]] std::string_view to_string(Codec codec) noexcept;

/// The client must not reconnect by itself.
[[nodiscard]] bool is_final(RefusalCode code) noexcept;
[[nodiscard]] bool is_final(ByeCode code) noexcept;

/// Codecs in order of preference, each at most once. Unknown ones are left out.
class Codecs {
 public:
  /// Appends `codec`, unless it is unknown or already in the list.
  void add(Codec codec) noexcept;
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] const Codec* begin() const noexcept { return list_.data(); }
  [[nodiscard]] const Codec* end() const noexcept { return list_.data() + count_; }

  friend bool operator==(const Codecs&, const Codecs&) = default;

 private:
  std::array<Codec, static_cast<std::size_t>(Codec::unknown)> list_{};
  std::uint8_t count_ = 0;
};

/// Client to server: "I speak voice/1." Name and agent are always written, the others when set. A
/// client that sets a rate follows the rate and the codec of every Welcome.
struct Hello {
  std::string_view name;   // how others see the participant; empty: the server chooses
  std::string_view agent;  // program and version
  std::string_view password = {};
  std::string_view room = {};  // to enter; empty: the one for all
  Codecs codecs = {};
  std::optional<std::uint32_t> rate_hz = {};  // wanted: the announced one, or the room's
  std::string_view user = {};                 // name of an account
  std::string_view nonce = {};  // random; asks for a Challenge instead of sending a password
  std::string_view token = {};  // an invitation

  friend bool operator==(const Hello&, const Hello&) = default;
};

/// Server to client: the answer to Hello; later, that the client was moved to another room.
/// Id, name and agent are always written, the others when set.
struct Welcome {
  std::string_view id;  // unique on this server
  std::string_view name;
  std::string_view agent;
  std::string_view room = {};
  std::optional<std::uint32_t> rate_hz = {};
  std::optional<Codec> codec = {};
  std::string_view user = {};  // the account
  std::optional<Role> role = {};
  std::string_view proof = {};  // that the server knows the password as well

  friend bool operator==(const Welcome&, const Welcome&) = default;
};

/// Server to client: the peer is not let in. Code and reason are always written.
struct Refused {
  RefusalCode code = RefusalCode::unknown;
  std::string_view reason;
  std::string_view unknown_code = {};  // the peer's word, if `code` is unknown

  /// The word on the wire, also of a code that this program does not know.
  [[nodiscard]] std::string_view word() const noexcept {
    return code == RefusalCode::unknown ? unknown_code : to_string(code);
  }
  friend bool operator==(const Refused&, const Refused&) = default;
};

/// Server to client: the first answer to a Hello with a nonce. All are always written.
struct Challenge {
  std::string_view nonce;                        // the server's
  std::string_view salt;                         // of the password's key, base64
  std::optional<std::uint32_t> memory_kib = {};  // of Argon2id, which makes the key
  std::optional<std::uint32_t> passes = {};      // of Argon2id over that memory

  friend bool operator==(const Challenge&, const Challenge&) = default;
};

/// Client to server: the answer to Challenge, base64 (docs/protocol.md §7).
struct Proof {
  std::string_view proof;

  friend bool operator==(const Proof&, const Proof&) = default;
};

/// Both ways: the connection is being closed. Code and reason are written when set.
struct Bye {
  ByeCode code = ByeCode::none;
  std::string_view reason = {};
  std::string_view unknown_code = {};  // the peer's word, if `code` is unknown

  /// The word on the wire, also of a code that this program does not know; empty without a code.
  [[nodiscard]] std::string_view word() const noexcept {
    return code == ByeCode::unknown ? unknown_code : to_string(code);
  }
  friend bool operator==(const Bye&, const Bye&) = default;
};

/// Server to client: what the server has muted, and what the peer may do. None: the message does
/// not say.
struct State {
  std::optional<Muted> muted_by_server;
  std::optional<Role> role = {};

  friend bool operator==(const State&, const State&) = default;
};

/// Client to server: asks for a Pong with the same id, whatever that is.
struct Ping {
  std::string_view id;

  friend bool operator==(const Ping&, const Ping&) = default;
};

/// Server to client: answers a Ping. The id is always written, the others when set.
struct Pong {
  std::string_view id;
  /// Milliseconds of the client's sound that wait to be mixed; none: nothing of it is being played.
  std::optional<std::uint32_t> held_ms = {};
  /// Milliseconds until the server mixes again, 0…20; only together with held_ms.
  std::optional<std::uint32_t> tick_ms = {};

  friend bool operator==(const Pong&, const Pong&) = default;
};

/// A verb that only a newer peer knows: to be ignored. Never written; asserted.
struct Unknown {
  friend bool operator==(const Unknown&, const Unknown&) = default;
};

using Message =
    std::variant<Hello, Welcome, Challenge, Proof, Refused, Bye, State, Ping, Pong, Unknown>;

/// Reads one text message (without its length prefix). Unknown keys are ignored. Fails as
/// parse_text() does.
[[nodiscard]] expected<Message, TextError> parse(Bytes message) noexcept;

/// Builds a whole wire message, length prefix included. Texts are cleaned and cut as
/// text_wire_message() does.
[[nodiscard]] std::vector<std::uint8_t> write(Message message);

}  // namespace voice::voice1
