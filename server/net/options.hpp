// What the server must know besides its host; filled in from the configuration.
#pragma once

#include "server/host/options.hpp"

#include <cstdint>
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

struct ServerOptions {
  HostOptions host;
  LocalAudioOptions local;
  std::vector<std::string> listen;  // addresses; empty: all, IPv6 and IPv4
  std::uint16_t port = 7000;
};

}  // namespace voiced
