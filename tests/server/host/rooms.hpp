// A lobby whose rooms come and go.
#pragma once

#include "server/host/lobby.hpp"

#include "tests/server/room/test_room.hpp"

#include <string>
#include <vector>

namespace voiced::test {

inline RoomOptions named(const char* name, int rate_hz = 8000, std::size_t participants_max = 4) {
  RoomOptions options = test_options(rate_hz, participants_max);
  options.name = name;
  return options;
}

struct Rooms {
  void configure(std::vector<RoomRules> rooms, std::size_t on_demand_max = 0,
                 const std::string& password = {}) {
    lobby.reconfigure(named("front"), password, rooms, on_demand_max);
  }
  std::size_t tick() {
    std::size_t ticked = 0;
    lobby.begin_tick();
    while (const auto id = lobby.next_room()) {
      (void)lobby.room(*id).tick(voice::TimePoint{std::chrono::hours{1}});
      ++ticked;
    }
    return ticked;
  }
  CloseReason why_not(const char* name) { return lobby.enter(name).error(); }

  Lobby lobby{named("front"), 4};
};

}  // namespace voiced::test
