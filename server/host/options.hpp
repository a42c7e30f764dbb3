// What the host must know; filled in from the configuration.
#pragma once

#include "server/host/doorman.hpp"
#include "server/host/login.hpp"
#include "server/room/options.hpp"

#include <chrono>
#include <string>

namespace voiced {

struct HostOptions {
  RoomOptions front_room;
  /// Password that Hello must contain; without it a peer neither hears nor is heard. Empty: none is
  /// needed.
  std::string password = {};
  LoginRules login = {};
  /// Applies while messages leave; after a stall, voice/1 peers get up to the playout's
  /// catch_up_max.
  std::chrono::milliseconds outbox_age_max{200};
  std::chrono::seconds stall_limit{30};  // how long a peer may take nothing
  DoormanLimits door;
  std::chrono::seconds drain_limit{3600};  // a drain ends then, even if peers are still there
  bool require_hello = false;              // peers that do not say Hello in time are closed
  double load_max = 0.9;  // share of a tick the mixer may be busy before newcomers are refused
  std::chrono::milliseconds check_interval{1000};  // between two looks at what is overdue
};

}  // namespace voiced
