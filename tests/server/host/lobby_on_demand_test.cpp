// What the operator's locks do to rooms on demand, and which names none of them may have.
#include "tests/server/host/rooms.hpp"

using namespace voiced;
using namespace voiced::test;

TEST_CASE("a room on demand that is locked or closed outlives its participants until it is opened",
          "[lobby][rooms]") {
  const RoomState state = GENERATE(RoomState::locked, RoomState::closed);
  const CloseReason refusal =
      state == RoomState::locked ? CloseReason::room_locked : CloseReason::room_closed;
  Rooms rooms;
  rooms.configure({}, 1);
  const RoomId party = rooms.lobby.enter("party").value();
  const Seat seat = rooms.lobby.join(party).value();
  rooms.lobby.set_state(party, state);
  rooms.lobby.leave(seat);
  for (int i = 0; i < 3; ++i) CHECK(rooms.tick() == 1);

  CHECK(rooms.why_not("party") == refusal);
  CHECK(rooms.lobby.is_on_demand(party));
  // It does not take the place of another one.
  CHECK(rooms.lobby.enter("cellar").has_value());
  (void)rooms.tick();
  SECTION("a reload changes nothing") {
    rooms.configure({}, 0);
    rooms.configure({}, 1);
    CHECK(rooms.why_not("party") == refusal);
  }
  SECTION("it may be configured, and stays as it is") {
    rooms.configure({{named("party")}}, 1);
    CHECK(rooms.why_not("party") == refusal);
    CHECK_FALSE(rooms.lobby.is_on_demand(party));
    CHECK(rooms.lobby.enter("cellar").has_value());
  }
  SECTION("when it is opened, it ends at the next tick") {
    rooms.lobby.set_state(party, RoomState::open);
    CHECK(rooms.lobby.exists(party));
    (void)rooms.tick();
    CHECK_FALSE(rooms.lobby.exists(party));
    CHECK(rooms.lobby.enter("party").has_value());
    CHECK(rooms.why_not("cellar") == CloseReason::no_room);
  }
  SECTION("when it is opened, it may be entered") {
    rooms.lobby.set_state(party, RoomState::open);
    CHECK(rooms.lobby.enter("party").value() == party);
    (void)rooms.lobby.join(party).value();
    CHECK(rooms.tick() == 2);
  }
}

TEST_CASE("only so many rooms on demand can be locked or closed, and any other room",
          "[lobby][rooms]") {
  Rooms rooms;
  rooms.configure({{named("kitchen")}}, 1);
  std::vector<RoomId> held;
  for (std::size_t i = 0; i < rooms_held_max; ++i) {
    // Not in digits, which look like letters.
    const std::string name = "party " + std::string(i / 8 + 1, 'x') + "abcdefgh"[i % 8];
    held.push_back(rooms.lobby.enter(name).value());
    REQUIRE(rooms.lobby.can_hold(held.back()));
    rooms.lobby.set_state(held.back(), i % 2 == 0 ? RoomState::locked : RoomState::closed);
  }
  const RoomId next = rooms.lobby.enter("cellar").value();
  CHECK_FALSE(rooms.lobby.can_hold(next));
  CHECK(rooms.lobby.can_hold(held.front()));
  CHECK(rooms.lobby.can_hold(rooms.lobby.find("kitchen").value()));

  rooms.lobby.set_state(held.front(), RoomState::open);
  CHECK(rooms.lobby.can_hold(next));
}

TEST_CASE("locked rooms on demand make way for configured rooms", "[lobby][rooms]") {
  Rooms rooms;
  rooms.configure({}, 1);
  const RoomId party = rooms.lobby.enter("party").value();
  rooms.lobby.set_state(party, RoomState::closed);
  std::vector<RoomRules> all;
  for (std::size_t i = 1; i < rooms_max; ++i) {
    all.push_back({named(("room " + std::to_string(i)).c_str(), 8000, 1)});
  }

  rooms.configure(all, 1);

  CHECK_FALSE(rooms.lobby.exists(party));
  CHECK(rooms.lobby.rooms() == rooms_max);
  CHECK(rooms.why_not("party") == CloseReason::no_room);
}

TEST_CASE("no room is made on demand that looks like another one", "[lobby][rooms]") {
  Rooms rooms;
  rooms.configure({{named("attic"), "secret"}}, 3);
  const auto* const twin = GENERATE("Attic", "\u0430ttic", "att\u00EDc", "attIc",
                                    "\u0430tt\u0456\u0441", "attic\u0483", "FRONT", "fr0nt");
  CAPTURE(twin);

  CHECK(rooms.why_not(twin) == CloseReason::no_room);
  CHECK(rooms.lobby.rooms() == 2);
  CHECK(rooms.lobby.enter("attic").has_value());
  // Nor two that look alike.
  CHECK(rooms.lobby.enter("Cellar").has_value());
  CHECK(rooms.why_not("ce11ar") == CloseReason::no_room);
  CHECK(rooms.lobby.enter("Cellar").has_value());
  CHECK(rooms.lobby.enter("roof").has_value());
}

TEST_CASE("a room that has left the configuration is not made on demand", "[lobby][rooms]") {
  Rooms rooms;
  rooms.configure({{named("attic"), "secret"}}, 3);
  const RoomId attic = rooms.lobby.find("attic").value();
  const bool is_occupied = GENERATE(false, true);
  const auto seat = is_occupied ? std::optional(rooms.lobby.join(attic).value()) : std::nullopt;
  rooms.configure({}, 3);
  if (seat) rooms.lobby.leave(*seat);
  (void)rooms.tick();
  REQUIRE_FALSE(rooms.lobby.exists(attic));

  CHECK(rooms.why_not("attic") == CloseReason::no_room);
  CHECK(rooms.why_not("Attic") == CloseReason::no_room);
  rooms.configure({{named("attic"), "secret"}}, 3);
  CHECK(rooms.lobby.enter("attic").has_value());
  CHECK(rooms.why_not("Attic") == CloseReason::no_room);
}
