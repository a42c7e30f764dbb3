// What the host must know; filled in from the configuration.
#pragma once

#include "server/host/address_set.hpp"
#include "server/host/doorman.hpp"
#include "server/host/login.hpp"
#include "server/host/room_rules.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace voiced {

struct HostOptions {
  /// Its participants_max is that of the whole server.
  RoomOptions front_room;
  /// Password of the front room, which Hello must contain; without it a peer neither hears nor is
  /// heard. Empty: none is needed.
  std::string password = {};
  /// Of the front room.
  NameRule names = NameRule::allow;
  /// The other rooms; their other_format is ignored (Lobby).
  std::vector<RoomRules> rooms = {};
  /// How many more may be made because peers ask for them.
  std::size_t rooms_on_demand_max = 0;
  LoginRules login = {};
  /// Applies while messages leave; after a stall, voice/1 peers get up to the playout's
  /// catch_up_max.
  std::chrono::milliseconds outbox_age_max{200};
  std::chrono::seconds stall_limit{30};  // how long a peer may take nothing
  DoormanLimits door;
  AddressPolicy addresses = {};  // from where newcomers may come
  /// Proxies, which may say from where a connection comes. Once there are some, none takes no
  /// effect: the addresses that they listen on for us stay open.
  AddressSet proxies = {};
  std::chrono::seconds drain_limit{3600};  // a drain ends then, even if peers are still there
  bool require_hello = false;              // peers that do not say Hello in time are closed
  double load_max = 0.9;  // share of a tick the mixer may be busy before newcomers are refused
  std::chrono::milliseconds check_interval{1000};  // between two looks at what is overdue
};

}  // namespace voiced
