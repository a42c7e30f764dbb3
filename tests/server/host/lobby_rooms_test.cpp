// Rooms that come and go: from the configuration, and because peers ask for them.
#include "tests/server/host/rooms.hpp"

#include <array>

using namespace voiced;
using namespace voiced::test;

TEST_CASE("a peer enters the room that it names, and the front room if it names none",
          "[lobby][rooms]") {
  Rooms rooms;
  rooms.configure({{named("kitchen")}, {named("studio", 48000)}});

  CHECK(rooms.lobby.enter("").value() == front_room);
  CHECK(rooms.lobby.enter("front").value() == front_room);
  CHECK(rooms.lobby.enter("studio").value() == rooms.lobby.find("studio").value());
  for (const char* const unknown : {"Kitchen", "kitchen ", "cellar"})
    CHECK(rooms.why_not(unknown) == CloseReason::no_room);
  CHECK(rooms.lobby.rooms() == 3);
}

TEST_CASE("locked and closed rooms let nobody in", "[lobby][rooms]") {
  Rooms rooms;
  rooms.configure({{named("kitchen")}});
  const RoomId kitchen = rooms.lobby.find("kitchen").value();

  rooms.lobby.set_state(kitchen, RoomState::locked);
  CHECK(rooms.why_not("kitchen") == CloseReason::room_locked);
  rooms.lobby.set_state(kitchen, RoomState::closed);
  CHECK(rooms.why_not("kitchen") == CloseReason::room_closed);
  rooms.configure({{named("kitchen")}});
  CHECK(rooms.why_not("kitchen") == CloseReason::room_closed);
  rooms.lobby.set_state(kitchen, RoomState::open);
  CHECK(rooms.lobby.enter("kitchen").has_value());
  rooms.lobby.set_state(front_room, RoomState::locked);
  CHECK(rooms.lobby.is_front_guarded());
  CHECK(rooms.why_not("") == CloseReason::room_locked);
}

TEST_CASE("every room has its own password", "[lobby][rooms][password]") {
  Rooms rooms;
  rooms.configure({{named("open")}, {named("board"), "secret"}}, 1, "sesame");
  const RoomId open = rooms.lobby.find("open").value();
  const RoomId board = rooms.lobby.find("board").value();
  const RoomId made = rooms.lobby.enter("new").value();

  CHECK(rooms.lobby.is_password(open, ""));
  CHECK(rooms.lobby.is_password(board, "secret"));
  CHECK_FALSE(rooms.lobby.is_password(board, "sesame"));
  CHECK_FALSE(rooms.lobby.is_password(front_room, "secret"));
  // A room made on demand has the password of the front room.
  CHECK(rooms.lobby.is_password(made, "sesame"));
  CHECK_FALSE(rooms.lobby.is_password(made, ""));
}

TEST_CASE("a room that is made on demand ends at the tick after the last participant has left",
          "[lobby][rooms]") {
  Rooms rooms;
  rooms.configure({}, 1);
  const RoomId made = rooms.lobby.enter("attic").value();
  CHECK(rooms.lobby.is_on_demand(made));
  const Seat seat = rooms.lobby.join(made).value();
  CHECK(rooms.tick() == 2);
  CHECK(rooms.why_not("cellar") == CloseReason::no_room);

  rooms.lobby.leave(seat);
  CHECK(rooms.tick() == 1);

  CHECK_FALSE(rooms.lobby.exists(made));
  CHECK(rooms.lobby.find(seat) == nullptr);
  // The same place, another room: a seat in the old room leads nowhere.
  const RoomId next = rooms.lobby.enter("cellar").value();
  const Seat another = rooms.lobby.join(next).value();
  CHECK(next.index == made.index);
  CHECK_FALSE(next == made);
  CHECK(another.participant == seat.participant);
  CHECK(rooms.lobby.find(seat) == nullptr);
  CHECK(rooms.lobby.find(another) != nullptr);
}

TEST_CASE("a room on demand in which nobody takes a seat ends, too", "[lobby][rooms]") {
  Rooms rooms;
  rooms.configure({}, 2);
  for (const char* const name : {"a", "b"}) CHECK(rooms.lobby.enter(name).has_value());
  CHECK(rooms.why_not("c") == CloseReason::no_room);
  CHECK(rooms.tick() == 1);
  CHECK(rooms.lobby.rooms() == 1);
  CHECK(rooms.lobby.enter("c").has_value());
}

TEST_CASE("only a clean name makes a room", "[lobby][rooms]") {
  Rooms rooms;
  rooms.configure({}, 10);
  const std::string longest(room_name_bytes_max, 'x');
  CHECK(rooms.lobby.enter(longest).has_value());
  for (const std::string& bad : {longest + "x", std::string(" a"), std::string("a\nb"),
                                 std::string("a\xE2\x80\xAE"), std::string("\xFF")}) {
    CHECK(rooms.lobby.enter(bad).error() == CloseReason::no_room);
  }
}

TEST_CASE("a room that leaves the configuration ends when it is empty", "[lobby][rooms]") {
  Rooms rooms;
  rooms.configure({{named("kitchen")}, {named("studio")}});
  const RoomId kitchen = rooms.lobby.find("kitchen").value();
  const Seat seat = rooms.lobby.join(kitchen).value();

  rooms.configure({});

  CHECK_FALSE(rooms.lobby.find("studio").has_value());
  CHECK(rooms.lobby.state(kitchen) == RoomState::ending);
  CHECK(rooms.why_not("kitchen") == CloseReason::no_room);
  CHECK(rooms.tick() == 2);
  SECTION("it ends") {
    rooms.lobby.leave(seat);
    CHECK(rooms.tick() == 1);
    CHECK_FALSE(rooms.lobby.exists(kitchen));
  }
  SECTION("it comes back") {
    rooms.configure({{named("kitchen")}});
    CHECK(rooms.lobby.state(kitchen) == RoomState::open);
    CHECK(rooms.lobby.enter("kitchen").value() == kitchen);
  }
}

TEST_CASE("a room ends at once if it is empty when it leaves the configuration", "[lobby][rooms]") {
  Rooms rooms;
  rooms.configure({{named("kitchen")}});
  const RoomId kitchen = rooms.lobby.find("kitchen").value();
  rooms.lobby.leave(rooms.lobby.join(kitchen).value());
  rooms.configure({});
  CHECK_FALSE(rooms.lobby.exists(kitchen));
  CHECK(rooms.tick() == 1);
}

TEST_CASE("another rate and another size wait until a room is empty", "[lobby][rooms]") {
  Rooms rooms;
  rooms.configure({{named("kitchen")}});
  const RoomId kitchen = rooms.lobby.find("kitchen").value();
  const Seat seat = rooms.lobby.join(kitchen).value();

  rooms.configure({{named("kitchen", 48000, 2)}});
  CHECK(rooms.lobby.room(kitchen).format().rate_hz() == 8000);
  CHECK(rooms.lobby.room(kitchen).participants_max() == 4);
  rooms.lobby.leave(seat);
  (void)rooms.tick();

  CHECK(rooms.lobby.room(kitchen).format().rate_hz() == 48000);
  CHECK(rooms.lobby.room(kitchen).participants_max() == 2);
  // Participants that cannot change their rate are converted.
  CHECK(rooms.lobby.room(kitchen).first_format().rate_hz() == 8000);
}

TEST_CASE("what a room has counted stays when it gets another rate", "[lobby][rooms]") {
  Rooms rooms;
  rooms.configure({{named("kitchen")}});
  const RoomId kitchen = rooms.lobby.find("kitchen").value();
  const Seat seat = rooms.lobby.join(kitchen).value();
  const std::vector<std::uint8_t> frame(160, 0x20);
  rooms.lobby.room(kitchen).receive(seat.participant, {{}, frame}, {});
  rooms.configure({{named("kitchen", 48000)}});
  rooms.lobby.leave(seat);
  (void)rooms.tick();

  REQUIRE(rooms.lobby.room(kitchen).format().rate_hz() == 48000);
  CHECK(rooms.lobby.room(kitchen).counters().packets_in == 1);
  CHECK(rooms.lobby.packets_in() == 1);
}

TEST_CASE("configured rooms for which there is no place are added when others end",
          "[lobby][rooms]") {
  const auto all_named = [](const char* prefix) {
    std::vector<RoomRules> all;
    for (std::size_t i = 1; i < rooms_max; ++i) {
      all.push_back({named((prefix + std::to_string(i)).c_str(), 8000, 1)});
    }
    return all;
  };
  Rooms rooms;
  rooms.configure(all_named("old"));
  REQUIRE(rooms.lobby.rooms() == rooms_max);
  const RoomId last = rooms.lobby.find("old7").value();
  const Seat seat = rooms.lobby.join(last).value();

  rooms.configure(all_named("new"));
  CHECK(rooms.lobby.rooms() == rooms_max);
  CHECK(rooms.lobby.state(last) == RoomState::ending);
  const auto count_new = [&] {
    std::size_t count = 0;
    rooms.lobby.for_each(
        [&](RoomId id) { count += rooms.lobby.room(id).name().substr(0, 3) == "new" ? 1U : 0U; });
    return count;
  };
  CHECK(count_new() == rooms_max - 2);
  rooms.lobby.leave(seat);
  (void)rooms.tick();
  CHECK(count_new() == rooms_max - 1);
  CHECK_FALSE(rooms.lobby.exists(last));
}

TEST_CASE("a room made on demand becomes one of the configuration", "[lobby][rooms]") {
  Rooms rooms;
  rooms.configure({}, 1);
  const RoomId attic = rooms.lobby.enter("attic").value();
  rooms.configure({{named("attic")}}, 1);
  CHECK_FALSE(rooms.lobby.is_on_demand(attic));
  (void)rooms.tick();
  CHECK(rooms.lobby.exists(attic));
  // It no longer counts as made on demand.
  CHECK(rooms.lobby.enter("cellar").has_value());
}

TEST_CASE("all rooms together have no more participants than the server", "[lobby][rooms]") {
  Rooms rooms;
  rooms.configure({{named("kitchen", 8000, 100)}});
  const RoomId kitchen = rooms.lobby.find("kitchen").value();
  CHECK(rooms.lobby.room(kitchen).participants_max() == 4);
  for (int i = 0; i < 2; ++i) {
    CHECK(rooms.lobby.join(front_room).has_value());
    CHECK(rooms.lobby.join(kitchen).has_value());
  }
  CHECK(rooms.lobby.join(front_room).error() == JoinError::room_full);
  CHECK(rooms.lobby.join(kitchen).error() == JoinError::room_full);
  CHECK(rooms.lobby.participants() == 4);
}

TEST_CASE("a participant that moves keeps its mutes, its gain and what it has said",
          "[lobby][rooms]") {
  Rooms rooms;
  rooms.configure({{named("kitchen")}});
  const RoomId kitchen = rooms.lobby.find("kitchen").value();
  const Seat before = rooms.lobby.join(front_room).value();
  const Seat listener = rooms.lobby.join(kitchen).value();
  rooms.lobby.front().set_mutes(before.participant, {.loudspeaker = true});
  rooms.lobby.front().set_gain(before.participant, 6.0);
  RoomTrial front(rooms.lobby.front());
  front.say(before.participant, Payload(320, 0x20));

  const Seat after =
      rooms.lobby.move(before, kitchen, rooms.lobby.front().format(), voice::CodecId::pcmu).value();

  CHECK(rooms.lobby.find(before) == nullptr);
  const Participant* const moved = rooms.lobby.find(after);
  REQUIRE(moved != nullptr);
  CHECK(moved->mutes.loudspeaker);
  CHECK(moved->gain->db() == 6.0);
  CHECK(moved->playout.buffer().fill_samples() == 320);
  CHECK(rooms.lobby.front().participants() == 0);
  // It hears nothing, because its loudspeaker is muted, and is heard at once.
  RoomTrial trial(rooms.lobby.room(kitchen));
  const auto heard = trial.tick();
  REQUIRE(heard.size() == 1);
  CHECK(heard[0].who == listener.participant);
  CHECK(heard[0].payload[0] != 0xFF);
}

TEST_CASE("a full room takes nobody, and a participant that cannot move stays as it was",
          "[lobby][rooms]") {
  Rooms rooms;
  rooms.configure({{named("booth", 48000, 1)}});
  const RoomId booth = rooms.lobby.find("booth").value();
  CHECK(rooms.lobby.join(booth).has_value());
  const Seat seat = rooms.lobby.join(front_room).value();

  CHECK_FALSE(rooms.lobby.move(seat, booth, rooms.lobby.room(booth).format(), voice::CodecId::l16));
  CHECK(rooms.lobby.find(seat)->playout.format().rate_hz() == 8000);
  CHECK(rooms.lobby.find(seat)->playout.codec() == voice::CodecId::pcmu);
  CHECK(rooms.lobby.participants() == 2);
}
