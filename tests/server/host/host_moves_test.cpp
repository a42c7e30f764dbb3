// Moves that are called off or changed before they have happened, in rooms that are full.
#include "tests/server/host/crowd.hpp"

using namespace voiced;
using namespace voiced::test;

namespace {

/// "pair" has two places, "booth" one.
HostOptions options() {
  HostOptions all = crowd_options();
  for (const auto& [name, places] : {std::pair{"pair", 2U}, std::pair{"booth", 1U}}) {
    RoomOptions room = all.front_room;
    room.name = name;
    room.participants_max = places;
    all.rooms.push_back({room});
  }
  return all;
}

struct House : Crowd {
  House() : Crowd(options()) {}
  PeerId enter(std::uint8_t last_byte, const std::string& room) {
    const PeerId id = arrive(last_byte);
    say(id, voice::test::message("Hello\nName:Ada\nRoom:" + room));
    return id;
  }
  std::optional<MoveError> move(PeerId id, const char* room) {
    return host.move(id.number, host.lobby().find(room).value());
  }
  [[nodiscard]] std::string room_of(PeerId id) const {
    return host.lobby().room(host.find(id)->session.seat()->room).name();
  }
};

}  // namespace

TEST_CASE("a move out of a full room can be called off", "[host][rooms]") {
  House house;
  const PeerId ada = house.enter(1, "booth");
  REQUIRE_FALSE(house.move(ada, "front"));
  const bool has_faded = GENERATE(false, true);
  if (has_faded) house.tick();

  CHECK_FALSE(house.move(ada, "booth"));
  house.tick(3);
  CHECK(house.room_of(ada) == "booth");
  CHECK(house.move(ada, "booth") == MoveError::same_room);
}

TEST_CASE("a place is kept for a participant that is about to come, and for nobody else",
          "[host][rooms]") {
  House house;
  const PeerId first = house.enter(1, "front");
  const PeerId second = house.enter(2, "front");
  const PeerId inside = house.enter(3, "pair");
  REQUIRE_FALSE(house.move(first, "pair"));
  CHECK(house.move(second, "pair") == MoveError::no_place);
  // One that is asked for twice takes one place.
  CHECK_FALSE(house.move(first, "pair"));
  // One that wants to leave still has its place, although the other one is its last neighbour.
  REQUIRE_FALSE(house.move(inside, "front"));
  CHECK_FALSE(house.move(inside, "pair"));
  // If the first one goes elsewhere instead, its place is free again.
  CHECK_FALSE(house.move(first, "booth"));
  CHECK_FALSE(house.move(second, "pair"));
  house.tick(3);
  CHECK(house.room_of(first) == "booth");
  CHECK(house.room_of(second) == "pair");
  CHECK(house.room_of(inside) == "pair");
}

TEST_CASE("two that change places between full rooms have to do so one after the other",
          "[host][rooms]") {
  House house;
  const PeerId ada = house.enter(1, "booth");
  const PeerId bob = house.enter(2, "front");
  REQUIRE_FALSE(house.move(ada, "front"));
  // Until Ada has gone, there is no place for Bob.
  CHECK(house.move(bob, "booth") == MoveError::no_place);
  house.tick(2);
  CHECK(house.room_of(ada) == "front");
  CHECK_FALSE(house.move(bob, "booth"));
  house.tick(2);
  CHECK(house.room_of(bob) == "booth");
  CHECK(house.host.status(house.now).participants == 2);
}
