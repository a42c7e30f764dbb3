// Rooms, as peers and the operator see them through the host.
#include "tests/server/host/crowd.hpp"

using namespace voiced;
using namespace voiced::test;

namespace {

HostOptions with_rooms(std::size_t on_demand_max = 0) {
  HostOptions options = crowd_options();
  RoomOptions kitchen = options.front_room;
  kitchen.name = "kitchen";
  RoomOptions booth = options.front_room;
  booth.name = "booth";
  booth.participants_max = 1;
  RoomOptions studio = options.front_room;
  studio.name = "studio";
  studio.format = *voice::AudioFormat::from_rate(16000);
  RoomOptions second_studio = studio;
  second_studio.name = "second studio";
  options.rooms = {{kitchen}, {booth, "secret"}, {second_studio}, {studio}};
  options.rooms_on_demand_max = on_demand_max;
  options.login.plain_secrets = PlainSecrets::all;
  return options;
}

std::string hello(const std::string& room, const std::string& more = {}) {
  return "Hello\nName:Ada" + (room.empty() ? "" : "\nRoom:" + room) + more;
}

struct House : Crowd {
  explicit House(const HostOptions& options = with_rooms()) : Crowd(options) {}

  PeerId enter(std::uint8_t last_byte, const std::string& room, const std::string& more = {}) {
    const PeerId id = arrive(last_byte);
    say(id, voice::test::message(hello(room, more)));
    return id;
  }
  [[nodiscard]] std::string room_of(PeerId id) const {
    const auto seat = host.find(id)->session.seat();
    return seat ? host.lobby().room(seat->room).name() : "";
  }
  [[nodiscard]] RoomId room(const char* name) const { return host.lobby().find(name).value(); }
  void talk(PeerId id, int ticks) {
    for (; ticks > 0; --ticks) {
      speak(id);
      tick();
    }
  }
};

}  // namespace

TEST_CASE("those in one room hear each other, and nobody else", "[host][rooms]") {
  House house;
  const PeerId front = house.enter(1, "");
  const PeerId talker = house.enter(2, "kitchen");
  const PeerId listener = house.enter(3, "kitchen");
  house.talk(talker, 6);

  CHECK(house.line(listener).frames() >= 4);
  CHECK(house.line(front).frames() == 0);
  CHECK(house.line(listener).texts().at(1).find("\nRoom:kitchen") != std::string::npos);
  CHECK(house.line(front).texts().at(1).find("\nRoom:front") != std::string::npos);
}

TEST_CASE("a peer that is not let into a room is told why, and is gone", "[host][rooms]") {
  House house;
  (void)house.enter(1, "booth", "\nPassword:secret");
  CHECK(house.host.set_locked(house.room("kitchen"), true));
  (void)house.host.close_room(house.room("studio"), "", house.now);
  struct Row {
    const char* room;
    const char* more;
    CloseReason reason;
    const char* code;
  };
  const Row rows[] = {{"cellar", "", CloseReason::no_room, "Code:no-room"},
                      {"booth", "", CloseReason::bad_password, "Code:password"},
                      {"booth", "\nPassword:secret", CloseReason::room_full, "Code:room-full"},
                      {"kitchen", "", CloseReason::room_locked, "Code:room-locked"},
                      {"studio", "", CloseReason::room_closed, "Code:room-closed"}};
  std::uint8_t address = 10;
  for (const Row& row : rows) {
    INFO(row.room << ' ' << row.code);
    const PeerId id = house.enter(address++, row.room, row.more);
    house.tick(2);
    CHECK(house.end_of(id) == row.reason);
    CHECK(house.line(id).texts().back().find(row.code) != std::string::npos);
    CHECK(house.host.counters().closes.of(row.reason) == 1);
  }
  CHECK(house.host.lobby().participants() == 1);
}

TEST_CASE("the operator moves a participant, which hears and is heard there at once",
          "[host][rooms]") {
  House house;
  const PeerId moved = house.enter(1, "");
  const PeerId left = house.enter(2, "");
  const PeerId cook = house.enter(3, "kitchen");
  house.tick();

  CHECK_FALSE(house.host.move(moved.number, house.room("kitchen")));
  CHECK(house.room_of(moved) == "front");  // it fades out first
  house.tick(2);
  CHECK(house.room_of(moved) == "kitchen");
  const std::size_t heard_in_front = house.line(left).frames();
  house.talk(moved, 4);

  CHECK(house.line(cook).frames() >= 3);
  CHECK(house.line(left).frames() == heard_in_front);
  CHECK(house.line(moved).texts().back() == "Welcome\nId:1\nName:Ada\nAgent:voiced\nRoom:kitchen");
  house.talk(cook, 4);
  CHECK(house.line(moved).frames() >= 3);
  CHECK(std::holds_alternative<event::Moved>(house.events.back()));
}

TEST_CASE("if two are moved at once, one gets the last place, and the operator is told",
          "[host][rooms]") {
  House house;
  const PeerId first = house.enter(1, "");
  const PeerId second = house.enter(2, "");
  const RoomId booth = house.room("booth");
  CHECK_FALSE(house.host.move(first.number, booth));
  CHECK(house.host.move(second.number, booth) == MoveError::no_place);
  CHECK_FALSE(house.host.move(first.number, booth));
  house.tick(3);
  CHECK(house.room_of(first) == "booth");
  CHECK(house.room_of(second) == "front");
}

TEST_CASE("a move that a newcomer has made impossible is reported", "[host][rooms]") {
  House house;
  const PeerId moved = house.enter(1, "");
  CHECK_FALSE(house.host.move(moved.number, house.room("booth")));
  const PeerId newcomer = house.enter(2, "booth", "\nPassword:secret");
  house.tick(3);
  CHECK(house.room_of(newcomer) == "booth");
  CHECK(house.room_of(moved) == "front");
  const auto* const told = std::get_if<event::NotMoved>(&house.events.back());
  REQUIRE(told != nullptr);
  CHECK(told->number == moved.number);
  CHECK(told->stays_in == "front");
  house.talk(moved, 4);
  CHECK(house.host.find(moved)->session.seat()->room == front_room);
}

TEST_CASE("why a participant cannot be moved", "[host][rooms]") {
  House house;
  const PeerId id = house.enter(1, "");
  (void)house.enter(2, "booth", "\nPassword:secret");
  CHECK(house.host.move(99, house.room("kitchen")) == MoveError::gone);
  CHECK(house.host.move(id.number, front_room) == MoveError::same_room);
  CHECK(house.host.move(id.number, house.room("booth")) == MoveError::no_place);
  HostOptions fewer = with_rooms();
  fewer.rooms.pop_back();
  const RoomId studio = house.room("studio");
  house.host.reconfigure(fewer);
  CHECK(house.host.move(id.number, studio) == MoveError::no_room);
  house.tick(3);
  CHECK(house.room_of(id) == "front");
}

TEST_CASE("a move that is cancelled, or overtaken, does no harm", "[host][rooms]") {
  House house;
  const PeerId id = house.enter(1, "");
  CHECK_FALSE(house.host.move(id.number, house.room("booth")));
  SECTION("back again before it has begun") {
    CHECK_FALSE(house.host.move(id.number, front_room));
    house.tick(3);
    CHECK(house.room_of(id) == "front");
  }
  SECTION("somebody takes the last place") {
    (void)house.enter(2, "booth", "\nPassword:secret");
    house.tick(3);
    CHECK(house.room_of(id) == "front");
  }
  SECTION("the peer leaves") {
    house.tick();
    house.host.ended(id, Ended::closed, house.now);
    house.tick(3);
    CHECK(house.host.find(id) == nullptr);
  }
  CHECK(house.host.status(house.now).participants == house.host.lobby().participants());
}

TEST_CASE("a client that follows rates changes its own, and is heard once it has confirmed",
          "[host][rooms]") {
  House house;
  const PeerId id = house.enter(1, "", "\nRate:8000\nCodecs:l16");
  const PeerId other = house.enter(2, "studio", "\nRate:8000\nCodecs:l16");
  CHECK(house.line(other).texts().back() ==
        "Welcome\nId:2\nName:Ada\nAgent:voiced\nRoom:studio\nRate:16000\nCodec:l16");
  CHECK_FALSE(house.host.move(id.number, house.room("studio")));
  house.tick(2);
  CHECK(house.line(id).texts().back() ==
        "Welcome\nId:1\nName:Ada\nAgent:voiced\nRoom:studio\nRate:16000\nCodec:l16");

  const auto wide = voice::test::rtp_message(1, voice::test::ByteVector(640, 0x20));
  // The client has not confirmed its move: nobody knows which rate this has.
  const Session& session = house.host.find(id)->session;
  const auto ignored = session.counters().ignored_messages;
  house.say(id, wide);
  CHECK(session.counters().ignored_messages == ignored + 1);
  house.say(id, voice::test::message(hello("", "\nRate:16000\nCodecs:l16")));
  house.say(id, wide);
  CHECK(session.counters().ignored_messages == ignored + 1);
  CHECK(session.format().rate_hz() == 16000);
}

TEST_CASE("long packets sent before a client hears of its move are ignored, and it stays",
          "[host][rooms]") {
  House house;
  const PeerId id = house.enter(1, "studio", "\nRate:8000\nCodecs:l16");
  const auto four_frames =
      voice::test::rtp_message(1, voice::test::ByteVector(std::size_t{4} * 640, 0x20));
  CHECK_FALSE(house.host.move(id.number, front_room));
  house.tick(2);
  const Session& session = house.host.find(id)->session;
  const auto ignored = session.counters().ignored_messages;
  house.say(id, four_frames);
  REQUIRE(house.room_of(id) == "front");
  CHECK(session.counters().ignored_messages == ignored + 1);

  house.say(id, voice::test::message(hello("", "\nRate:8000\nCodecs:l16")));
  house.say(id, voice::test::rtp_message(2, voice::test::ByteVector(320, 0x20)));
  CHECK(session.counters().ignored_messages == ignored + 1);
  // A packet that no client may send any more ends the connection, as before the move.
  house.say(id, four_frames);
  CHECK(house.end_of(id) == CloseReason::framing_too_long);
}

TEST_CASE("of two moves in a row, only the answer to the last one confirms its rate",
          "[host][rooms]") {
  House house;
  const PeerId id = house.enter(1, "", "\nRate:8000");
  const Session& session = house.host.find(id)->session;
  CHECK_FALSE(house.host.move(id.number, house.room("studio")));
  house.tick(2);
  const auto ignored = session.counters().ignored_messages;
  const auto frame_at = [](std::size_t samples) {
    return voice::test::rtp_message(1, voice::test::ByteVector(samples, 0x20));
  };
  SECTION("back to the first rate") {
    CHECK_FALSE(house.host.move(id.number, front_room));
    house.tick(2);
    house.say(id, voice::test::message(hello("", "\nRate:16000")));
    house.say(id, frame_at(320));
    CHECK(session.counters().ignored_messages == ignored + 1);
    house.say(id, voice::test::message(hello("", "\nRate:8000")));
    house.say(id, frame_at(160));
  }
  SECTION("the second changes nothing") {
    CHECK_FALSE(house.host.move(id.number, house.room("second studio")));
    house.tick(2);
    house.say(id, frame_at(160));
    CHECK(session.counters().ignored_messages == ignored + 1);
    house.say(id, voice::test::message(hello("", "\nRate:16000")));
    house.say(id, frame_at(320));
  }
  CHECK(session.counters().ignored_messages == ignored + 1);
  CHECK(session.counters().foreign_packets == 0);
}

TEST_CASE("a classic client is moved into a room at another rate without noticing",
          "[host][rooms]") {
  House house;
  const PeerId classic = house.arrive(1);
  const PeerId talker = house.enter(2, "studio", "\nRate:8000");
  house.speak(classic);
  CHECK_FALSE(house.host.move(classic.number, house.room("studio")));
  house.tick(2);
  CHECK(house.room_of(classic) == "studio");
  std::uint16_t sequence = 0;
  for (int i = 0; i < 8; ++i) {
    house.say(talker, voice::test::rtp_message(sequence++, voice::test::ByteVector(320, 0x20)));
    house.tick();
  }
  CHECK(house.line(classic).frames() >= 6);
  CHECK(house.line(classic).messages().back().size() == 12 + 160);
  CHECK(house.line(classic).texts().size() == 1);
}

TEST_CASE("closing a room disconnects everybody in it, until it is opened", "[host][rooms]") {
  House house;
  const PeerId cook = house.enter(1, "kitchen"), front = house.enter(2, "");
  CHECK(house.host.close_room(house.room("kitchen"), "time to go home", house.now) == 1);
  house.tick(2);
  CHECK(house.end_of(cook) == CloseReason::room_closed);
  CHECK(house.line(cook).texts().back() == "Bye\nCode:room-closed\nReason:time to go home");
  CHECK(house.host.is_speaking(front));
  house.host.open_room(house.room("kitchen"));
  const PeerId next = house.enter(3, "kitchen");
  CHECK(house.room_of(next) == "kitchen");
}

TEST_CASE("nobody is moved into a room that is closed, or is closed in the meantime",
          "[host][rooms]") {
  House house;
  const PeerId id = house.enter(1, "");
  const RoomId kitchen = house.room("kitchen");
  CHECK_FALSE(house.host.move(id.number, kitchen));
  CHECK(house.host.close_room(kitchen, "", house.now) == 0);
  house.tick(3);
  CHECK(house.room_of(id) == "front");
  CHECK(house.host.move(id.number, kitchen) == MoveError::closed);
  house.host.open_room(kitchen);
  CHECK_FALSE(house.host.move(id.number, kitchen));
  house.tick(3);
  CHECK(house.room_of(id) == "kitchen");

  // A move to a room that leaves the configuration meanwhile would never end.
  CHECK_FALSE(house.host.move(id.number, house.room("studio")));
  HostOptions fewer = with_rooms();
  fewer.rooms.pop_back();
  house.host.reconfigure(fewer);
  house.tick(3);
  CHECK(house.room_of(id) == "kitchen");
  CHECK_FALSE(house.host.lobby().find("studio"));
}

TEST_CASE("while the front room is locked, only peers that name another room get in",
          "[host][rooms]") {
  House house;
  CHECK(house.host.set_locked(front_room, true));
  const PeerId classic = house.arrive(1);
  house.speak(classic);
  const PeerId cook = house.enter(2, "kitchen");
  const PeerId late = house.enter(3, "");
  house.tick(2);
  CHECK(house.host.find(classic)->session.dialect() == Dialect::unknown);
  CHECK(house.room_of(cook) == "kitchen");
  CHECK(house.end_of(late) == CloseReason::room_locked);
}

TEST_CASE("a room is created when a peer asks for it, and ends with its last participant",
          "[host][rooms]") {
  House house(with_rooms(1));
  const PeerId id = house.enter(1, "attic");
  CHECK(house.room_of(id) == "attic");
  const auto rooms = house.host.status(house.now).rooms;
  REQUIRE(rooms.size() == 6);
  CHECK(rooms.back().is_on_demand);
  house.host.ended(id, Ended::closed, house.now);
  house.tick(2);
  CHECK(house.host.status(house.now).rooms.size() == 5);
}

TEST_CASE("a room on demand that the operator closes or locks is not made again", "[host][rooms]") {
  House house(with_rooms(1));
  const bool is_locked = GENERATE(false, true);
  const PeerId first = house.enter(1, "attic");
  const RoomId attic = house.room("attic");
  if (is_locked) {
    CHECK(house.host.set_locked(attic, true));
    house.host.ended(first, Ended::closed, house.now);
  } else {
    CHECK(house.host.close_room(attic, "", house.now) == 1);
  }
  house.tick(5);

  const PeerId again = house.enter(2, "attic");
  CHECK(house.end_of(again) == (is_locked ? CloseReason::room_locked : CloseReason::room_closed));
  CHECK(house.host.status(house.now).rooms.back().state ==
        (is_locked ? RoomState::locked : RoomState::closed));
  if (is_locked) {
    CHECK(house.host.set_locked(attic, false));
  } else {
    house.host.open_room(attic);
  }
  house.tick(2);
  CHECK(house.host.status(house.now).rooms.size() == 5);
  CHECK(house.room_of(house.enter(3, "attic")) == "attic");
}

TEST_CASE("a room goes on when rooms that were created before it have ended", "[host][rooms]") {
  House house(with_rooms(3));
  const PeerId attic = house.enter(1, "attic"), cellar = house.enter(2, "cellar");
  const PeerId talker = house.enter(3, "roof"), listener = house.enter(4, "roof");
  for (const PeerId id : {attic, cellar}) house.host.ended(id, Ended::closed, house.now);
  house.tick(2);
  REQUIRE(house.host.status(house.now).rooms.size() == 6);
  const std::size_t before = house.line(listener).frames();

  house.talk(talker, 6);

  CHECK(house.line(listener).frames() >= before + 4);
}
