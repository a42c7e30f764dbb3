// What the server must know besides the conference; filled in from the configuration.
#pragma once

#include "server/conference/doorman.hpp"
#include "server/conference/options.hpp"

#include <chrono>
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
  ConferenceOptions conference;
  LocalAudioOptions local;
  std::vector<std::string> listen;  // addresses; empty: all, IPv6 and IPv4
  std::uint16_t port = 7000;
  std::chrono::milliseconds outbox_age_max{200};
  std::chrono::seconds stall_limit{10};
  DoormanLimits door;
  std::chrono::seconds drain_limit{3600};  // a drain ends then, whoever is still there
  bool require_hello = false;              // peers that do not say Hello in time are closed
  double load_max = 0.9;  // share of a tick the mixer may be busy before newcomers are refused
};

}  // namespace voiced
