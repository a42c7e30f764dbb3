// What the server must know in addition to its host; filled in from the configuration.
#pragma once

#include "common/tls/tls_server.hpp"
#include "server/host/options.hpp"
#include "server/room/participant.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace voiced {

struct LocalAudioOptions {
  bool silent = true;  // relay only: no sound device is opened
  std::string input_device;
  std::string output_device;
  bool mute_microphone = false;
  bool mute_loudspeaker = false;
};

/// Its mutes after a reload: only those that the configuration has changed are set; others, such as
/// those of an operator, stay as they are.
[[nodiscard]] inline Mutes changed(Mutes mutes, const LocalAudioOptions& before,
                                   const LocalAudioOptions& now) noexcept {
  if (now.mute_microphone != before.mute_microphone) mutes.microphone = now.mute_microphone;
  if (now.mute_loudspeaker != before.mute_loudspeaker) mutes.loudspeaker = now.mute_loudspeaker;
  return mutes;
}

/// Where to listen: some addresses, or all of them (IPv6 and IPv4) if there are none.
struct ListenAt {
  std::vector<std::string> addresses;
  std::uint16_t port = 0;
};

struct ServerOptions {
  HostOptions host;
  LocalAudioOptions local;
  bool listens_plain = true;
  ListenAt plain = {.addresses = {}, .port = 7000};
  std::vector<ListenAt> encrypted = {};          // TLS
  std::vector<ListenAt> proxied = {};            // a PROXY header first
  std::vector<ListenAt> proxied_encrypted = {};  // a PROXY header first, then TLS
  /// For connections from now on; null: there is no TLS. Required if anything encrypted is listed.
  std::shared_ptr<const voice::tls::Server> tls = {};
};

}  // namespace voiced
