// The events of a Call, one struct each; the shell polls them (Call::poll_event).
#pragma once

#include "common/audio/audio_format.hpp"
#include "common/audio/codec.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace voicecli {

/// Why the connection cannot be used any more. Close it.
enum class CallFailure : std::uint8_t {
  not_announced,     // what came is not this protocol: not a voice server
  announce_timeout,  // no message came, or only sound
  unusable_rate,     // announced, but outside 5000…48000 Hz
  negative_length,   // framing (docs/protocol.md §1)
  message_too_long,
  rate_withheld,      // voice/1: the server offered a rate, and does not give it
  no_tls,             // TLS was asked for, and the server does not speak it
  tls_handshake,      // no agreement on it, or the server denies us
  untrusted,          // the server's certificate is not one to trust
  not_yet_valid,      // that certificate is not valid before a time that has not come
  tls_broken,         // a record that cannot be decrypted
  closed,             // the server ended the stream, as it should
  secret_withheld,    // the server would be sent a password or an invitation without encryption
  challenge_refused,  // it asks for a proof that cannot be made
  challenge_cheap,    // it asks for a proof that would make guessing cheap, without encryption
  server_unproved,    // it does not know the password that it asked us to prove
  server_silent,      // voice/1: no message came for 30 s, not even a Pong
};

[[nodiscard]] const char* to_string(CallFailure failure) noexcept;

/// The server named the rate. Sent once, before all others but Failed and Refused.
struct Announced {
  voice::AudioFormat format;
  bool voice1 = false;
};

/// voice/1: we are in. Texts are clean (`printable`) and may be empty.
struct Welcomed {
  std::string id;
  std::string name;
  std::string room;
  std::string agent;
  voice::CodecId codec = voice::CodecId::pcmu;  // what both ends speak from now on
  bool is_wanted_codec = true;                  // one of those that the user named
  std::string user = {};                        // the account that we are logged in as
  std::string role = {};                        // "listener", …; empty: a guest
};

/// voice/1: the server wants a proof that we know the password (Call::challenge).
struct Challenged {};

/// voice/1: we are not let in. The connection ends.
struct Refused {
  std::string code;  // "full", …; for display
  std::string reason;
  bool is_final = false;  // the server does not want us back: do not reconnect
};

/// voice/1: the server ends the connection.
struct Goodbye {
  std::string code;  // "kicked", …; for display, empty when the server gives none
  std::string reason;
  bool is_final = false;  // the server does not want us back: do not reconnect
};

/// voice/1: what an operator has muted of ours at the server.
struct ServerMute {
  bool microphone = false;   // the others do not hear us
  bool loudspeaker = false;  // we are sent no sound

  friend bool operator==(const ServerMute&, const ServerMute&) = default;
};

/// voice/1: no message has come for 6 s, not even a Pong; or one has come again.
struct ServerSilence {
  bool is_silent = false;
};

/// The connection must be closed.
struct Failed {
  CallFailure failure;
  /// not_announced, announce_timeout: what came instead (Prelude::answer); unusable_rate: the rate;
  /// of TLS: what was wrong.
  std::string detail = {};
};

/// The first frame of this connection that is not silence is ready to be written.
struct FirstAudioSent {};

/// The first frame of this connection that is not silence was handed to the loudspeaker.
struct FirstAudioHeard {};

/// A text from the server, made fit for display: printable and short.
[[nodiscard]] std::string for_display(std::string_view text);

using CallEvent = std::variant<Announced, Welcomed, Refused, Goodbye, ServerMute, ServerSilence,
                               Failed, FirstAudioSent, FirstAudioHeard, Challenged>;

}  // namespace voicecli
