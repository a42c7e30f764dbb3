// What the user is told about a call, one struct per event. Made by a Caller; client/ui has the
// words and keys for each.
#pragma once

#include "client/call/call_event.hpp"
#include "common/core/time.hpp"

#include <optional>
#include <string>
#include <variant>

namespace voicecli {

namespace event {

struct Connecting {
  std::string server;  // host:port, as the user named it
};

/// We are in the conference. Texts from the server may be empty.
struct Connected {
  std::string server;
  int rate_hz = 0;
  bool voice1 = false;
  std::string id;
  std::string name;
  std::string room;
  std::string agent;
  voice::CodecId codec = voice::CodecId::pcmu;
  bool is_wanted_codec = true;  // one of those that the user named
  std::string encryption = {};  // "TLS1.3, AES-128-GCM"; empty: none
  std::string user = {};        // logged in as; empty: with no account
  std::string role = {};        // "listener", …; empty: a guest
};

/// We were in the conference, and are not any more.
struct Disconnected {
  std::string reason;
  std::optional<voice::Duration> retry_in;  // none: no further attempt
};

/// An attempt to enter the conference failed.
struct CannotConnect {
  std::string reason;
  std::optional<voice::Duration> retry_in;  // none: no further attempt
};

struct Refused {
  std::string code;
  std::string reason;
};

/// The server ends the call.
struct Bye {
  std::string code;  // empty: the server gave none
  std::string reason;
};

/// The server has moved us to another room.
struct Moved {
  std::string room;
  int rate_hz = 0;
  voice::CodecId codec = voice::CodecId::pcmu;
};

struct MutedByServer {
  ServerMute mute;
};

/// Nothing has come from the server for 6 s. The call goes on if it comes back.
struct ServerSilent {};
/// It has come back.
struct ServerHeard {};

struct FirstAudioSent {};
struct FirstAudioHeard {};

/// We say goodbye; the program ends soon.
struct Leaving {};

/// The user has muted or unmuted their microphone.
struct MicrophoneMuted {
  bool muted = false;
};

/// The user has muted or unmuted their loudspeaker.
struct LoudspeakerMuted {
  bool muted = false;
};

struct VolumeChanged {
  double db = 0.0;
};

/// A device that the user named cannot be used.
struct DeviceError {
  std::string reason;
};

}  // namespace event

using CallerEvent =
    std::variant<event::Connecting, event::Connected, event::Disconnected, event::CannotConnect,
                 event::Refused, event::Bye, event::Moved, event::MutedByServer,
                 event::ServerSilent, event::ServerHeard, event::FirstAudioSent,
                 event::FirstAudioHeard, event::Leaving, event::MicrophoneMuted,
                 event::LoudspeakerMuted, event::VolumeChanged, event::DeviceError>;

}  // namespace voicecli
