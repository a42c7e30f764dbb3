// What the server must know besides its host; filled in from the configuration.
#pragma once

#include "common/tls/tls_server.hpp"
#include "server/host/options.hpp"

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
  /// For connections from now on; null: there is no TLS, and those that want it are closed.
  std::shared_ptr<const voice::tls::Server> tls = {};
};

}  // namespace voiced
