// Requests about rooms, on a server that has some.
#include "tests/server/operator/staffed_desk.hpp"

using namespace voiced;
using namespace voiced::test;

namespace {

std::string failed(const std::string& error) {
  return R"({"ok":false,"error":")" + error + "\"}";
}

/// Of one room, as `rooms` lists it: what follows its name.
std::string state_of(StaffedDesk& desk, const std::string& room) {
  const std::string rooms = desk.ask("rooms");
  const std::string begin = R"("name":")" + room + R"(","state":")";
  const std::size_t at = rooms.find(begin);
  if (at == std::string::npos) return {};
  const std::size_t from = at + begin.size();
  return rooms.substr(from, rooms.find('"', from) - from);
}

}  // namespace

TEST_CASE("a participant is moved within two ticks, and the answer says from where to where",
          "[commands][rooms]") {
  StaffedDesk desk(house_options());
  const PeerId ada = desk.join(1, "Ada");

  CHECK(desk.ask("move Ada attic") ==
        R"({"ok":true,"id":1,"name":"Ada","from":"front","to":"attic"})");
  CHECK(desk.room_of(ada) == "front");
  desk.tick(2);
  CHECK(desk.room_of(ada) == "attic");
  CHECK(desk.ask("move 1 front") ==
        R"({"ok":true,"id":1,"name":"Ada","from":"attic","to":"front"})");
}

TEST_CASE("a move that is impossible says why, and what to do", "[commands][rooms]") {
  StaffedDesk desk(house_options());
  const PeerId ada = desk.join(1, "Ada");
  (void)desk.join(2, "Bob", "booth");
  (void)desk.ask("close attic");
  struct Row {
    const char* request;
    std::string error;
  };
  const Row rows[] = {
      {"move Ada front", R"(the participant is already in the room \"front\")"},
      {"move Ada booth",
       R"(the room \"booth\" is full; raise its participants-max, or move somebody out)"},
      {"move Ada attic", R"(the room \"attic\" is closed; open it first)"},
      {"move Ada cellar", R"(there is no room called \"cellar\"; `rooms` lists those that exist)"},
      {"move Eve front", R"(no participant is called \"Eve\")"},
      {"move Ada", "usage: move WHO ROOM"},
      {"move Ada big hall", "usage: move WHO ROOM"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.request);
    CHECK(desk.ask(row.request) == failed(row.error));
  }
  desk.tick(3);
  CHECK(desk.room_of(ada) == "front");
}

TEST_CASE("a locked room keeps newcomers out, not those whom the operator moves",
          "[commands][rooms]") {
  StaffedDesk desk(house_options());
  CHECK(desk.ask("lock attic") == R"({"ok":true,"room":"attic","locked":true})");
  CHECK(state_of(desk, "attic") == "locked");
  const PeerId late = desk.join(1, "Late", "attic");
  CHECK_FALSE(desk.is_here(late));

  const PeerId ada = desk.join(2, "Ada");
  CHECK(contains(desk.ask("move Ada attic"), R"("ok":true)"));
  desk.tick(3);
  CHECK(desk.room_of(ada) == "attic");
  CHECK(desk.ask("unlock attic") == R"({"ok":true,"room":"attic","locked":false})");
  CHECK(state_of(desk, "attic") == "open");
  CHECK(desk.room_of(desk.join(3, "Bob", "attic")) == "attic");
}

TEST_CASE("closing a room disconnects those in it, in the operator's words, and nobody else",
          "[commands][rooms]") {
  StaffedDesk desk(house_options());
  const PeerId ada = desk.join(1, "Ada", "attic");
  const PeerId bob = desk.join(2, "Bob", "attic");
  const PeerId eve = desk.join(3, "Eve");
  (void)desk.texts_for(ada);

  CHECK(desk.ask("close attic \"until tomorrow\"") ==
        R"({"ok":true,"room":"attic","sent_away":2})");
  CHECK_FALSE(desk.is_here(ada));
  CHECK_FALSE(desk.is_here(bob));
  CHECK(desk.is_here(eve));
  desk.tick();
  const auto texts = desk.texts_for(ada);
  REQUIRE(texts.size() == 1);
  CHECK(contains(texts[0], "Reason:until tomorrow"));
  CHECK(contains(texts[0], "Code:room-closed"));

  CHECK(desk.ask("close attic") == R"({"ok":true,"room":"attic","sent_away":0})");
  CHECK(desk.ask("lock attic") == failed(R"(the room \"attic\" is closed; open it first)"));
  CHECK(desk.ask("unlock attic") == failed(R"(the room \"attic\" is closed; open it first)"));
  CHECK_FALSE(desk.is_here(desk.join(4, "Late", "attic")));
  CHECK(desk.ask("open attic") == R"({"ok":true,"room":"attic"})");
  CHECK(desk.is_here(desk.join(5, "Early", "attic")));
}

TEST_CASE("the front room can be locked, but never closed", "[commands][rooms]") {
  StaffedDesk desk(house_options());
  const PeerId ada = desk.join(1, "Ada");
  CHECK(desk.ask("close front") ==
        failed("the front room cannot be closed; lock it, or use drain to end the whole server"));
  CHECK(desk.is_here(ada));
  CHECK(desk.ask("lock front") == R"({"ok":true,"room":"front","locked":true})");
  CHECK_FALSE(desk.is_here(desk.join(2, "Bob")));
  CHECK(desk.is_here(desk.join(3, "Carl", "attic")));
  // There is nothing to open, and no harm in asking.
  CHECK(desk.ask("open front") == R"({"ok":true,"room":"front"})");
  CHECK(state_of(desk, "front") == "locked");
  CHECK(contains(desk.ask("unlock front"), R"("locked":false)"));
}

TEST_CASE("opening a room that is only locked does not unlock it", "[commands][rooms]") {
  StaffedDesk desk(house_options());
  (void)desk.ask("lock attic");
  CHECK(contains(desk.ask("open attic"), R"("ok":true)"));
  CHECK(state_of(desk, "attic") == "locked");
}

TEST_CASE("a room that clients made ends with its last participant, unless it is held",
          "[commands][rooms]") {
  StaffedDesk desk(house_options());
  const PeerId ada = desk.join(1, "Ada", "cellar");
  REQUIRE(desk.room_of(ada) == "cellar");
  CHECK(contains(desk.ask("rooms"), R"("name":"cellar","state":"open","on_demand":true)"));

  SECTION("it is gone") {
    (void)desk.ask("kick Ada");
    desk.tick(2);
    CHECK(state_of(desk, "cellar").empty());
    CHECK(contains(desk.ask("lock cellar"), "there is no room called"));
  }
  SECTION("locked, it stays until it is unlocked") {
    (void)desk.ask("lock cellar");
    (void)desk.ask("kick Ada");
    desk.tick(2);
    CHECK(state_of(desk, "cellar") == "locked");
    (void)desk.ask("unlock cellar");
    desk.tick(2);
    CHECK(state_of(desk, "cellar").empty());
  }
  SECTION("closed, it stays until it is opened") {
    CHECK(contains(desk.ask("close cellar"), R"("sent_away":1)"));
    desk.tick(2);
    CHECK(state_of(desk, "cellar") == "closed");
    CHECK_FALSE(desk.is_here(desk.join(2, "Bob", "cellar")));
    (void)desk.ask("open cellar");
    desk.tick(2);
    CHECK(state_of(desk, "cellar").empty());
  }
}

TEST_CASE("a room that has left the configuration takes nobody more", "[commands][rooms]") {
  StaffedDesk desk(house_options());
  const PeerId ada = desk.join(1, "Ada", "attic");
  (void)desk.join(2, "Bob");
  ServerOptions fewer = house_options();
  std::erase_if(fewer.host.rooms,
                [](const RoomRules& each) { return each.options.name == "attic"; });
  desk.host().reconfigure(fewer.host);

  CHECK(desk.room_of(ada) == "attic");
  CHECK(state_of(desk, "attic") == "ending");
  const std::string error = R"(the room \"attic\" is no longer in the configuration, )"
                            R"(and will be removed when it is empty)";
  for (const char* const request : {"move Bob attic", "lock attic", "unlock attic", "open attic"}) {
    CAPTURE(request);
    CHECK(desk.ask(request) == failed(error));
  }
  // Its participants can still be sent away.
  CHECK(desk.ask("close attic") == R"({"ok":true,"room":"attic","sent_away":1})");
  desk.tick(2);
  CHECK(state_of(desk, "attic").empty());
}

TEST_CASE("of rooms that clients made, a limited number can be held", "[commands][rooms]") {
  ServerOptions options = house_options();
  options.host.rooms_on_demand_max = rooms_held_max + 2;
  StaffedDesk desk(options);
  const auto name = [](std::size_t i) { return "room " + std::to_string(i); };
  for (std::size_t i = 0; i < rooms_held_max + 1; ++i) {
    const auto last_byte = static_cast<std::uint8_t>(1 + i % 250);
    REQUIRE(desk.is_here(desk.join(last_byte, "Ada", name(i))));
  }
  for (std::size_t i = 0; i < rooms_held_max; ++i) {
    const RoomId room = desk.host().lobby().find(name(i)).value();
    REQUIRE(desk.host().set_locked(room, true));
  }
  const std::string one_more = '"' + name(rooms_held_max) + '"';
  for (const std::string verb : {"lock ", "close "}) {
    CHECK(contains(desk.ask(verb + one_more),
                   "the maximum of 256 such rooms is already locked or closed"));
  }
  CHECK(state_of(desk, name(rooms_held_max)) == "open");
  // Rooms of the configuration do not count, and one that is held may change from locked to closed.
  CHECK(contains(desk.ask("lock attic"), R"("ok":true)"));
  CHECK(contains(desk.ask("close \"" + name(0) + '"'), R"("ok":true)"));
  (void)desk.ask("unlock \"" + name(1) + '"');
  CHECK(contains(desk.ask("lock " + one_more), R"("ok":true)"));
}
