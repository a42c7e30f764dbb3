#include "server/host/lobby.hpp"

#include "tests/server/room/test_room.hpp"

using namespace voiced;
using namespace voiced::test;

namespace {

RoomOptions named(const char* name, int rate_hz = 8000) {
  RoomOptions options = test_options(rate_hz, 4);
  options.name = name;
  return options;
}

// One tick of all rooms, as the host does it: each room's messages are made before the next ticks.
std::vector<std::pair<RoomId, std::vector<Heard>>> tick(Lobby& lobby) {
  std::vector<std::pair<RoomId, std::vector<Heard>>> all;
  lobby.begin_tick();
  while (const auto id = lobby.next_room()) {
    RoomTrial trial(lobby.room(*id));
    all.emplace_back(*id, trial.tick());
  }
  return all;
}

}  // namespace

TEST_CASE("a lobby begins with its front room", "[lobby]") {
  Lobby lobby(named("front"), 4);

  CHECK(lobby.rooms() == 1);
  CHECK(lobby.front().name() == "front");
  CHECK(&lobby.room(front_room) == &lobby.front());
  CHECK(lobby.participants() == 0);
}

TEST_CASE("the front room always ticks, others only while they have participants", "[lobby]") {
  Lobby lobby(named("front"), 4);
  const RoomId quiet = lobby.add({named("quiet")});
  const RoomId busy = lobby.add({named("busy")});
  const auto one = lobby.join(busy).value();

  for (int i = 0; i < 3; ++i) {
    const auto all = tick(lobby);
    REQUIRE(all.size() == 2);
    CHECK(all[0].first == front_room);
    CHECK(all[1].first == busy);
  }
  lobby.leave(one);
  CHECK(tick(lobby).size() == 1);

  CHECK(lobby.ticks() == 4);
  CHECK(lobby.front().counters().ticks == 4);
  CHECK(lobby.room(quiet).counters().ticks == 0);
  CHECK(lobby.room(busy).counters().ticks == 3);
}

TEST_CASE("a room may be added between two ticks", "[lobby]") {
  Lobby lobby(named("front"), 4);
  tick(lobby);
  const RoomId late = lobby.add({named("late")});
  (void)lobby.join(late).value();

  CHECK(tick(lobby).size() == 2);
  CHECK(tick(lobby).size() == 2);
}

TEST_CASE("rooms of different rates share their memory and not their sound", "[lobby]") {
  Lobby lobby(named("front", 8000), 4);
  const RoomId wide = lobby.add({named("wide", 48000)});
  RoomTrial low(lobby.front()), high(lobby.room(wide));
  const auto a = lobby.join(front_room)->participant, b = lobby.join(front_room)->participant;
  const auto c = lobby.join(wide)->participant, d = lobby.join(wide)->participant;
  for (const auto id : {c, d}) lobby.room(wide).use_room_rate(id);
  std::mt19937 random(5);

  for (int i = 0; i < 5; ++i) {
    const Payload said_low = random_payload(random, 160), said_high = random_payload(random, 960);
    const Payload answer = random_payload(random, 960);
    low.say(a, said_low);
    high.say(c, said_high);
    high.say(d, answer);
    const auto all = tick(lobby);
    REQUIRE(all.size() == 2);
    CHECK(heard_by(b, all[0].second) == said_low);
    CHECK(heard_by(a, all[0].second) == silence());
    CHECK(heard_by(c, all[1].second) == mix_of({answer}, 960));
    CHECK(heard_by(d, all[1].second) == mix_of({said_high}, 960));
  }
  CHECK(lobby.packets_in() == 15);
  CHECK(lobby.participants() == 4);
  CHECK(lobby.contributors() == 3);
}

TEST_CASE("a seat leads to its participant until that has left", "[lobby]") {
  Lobby lobby(named("front"), 4);
  const RoomId other = lobby.add({named("other")});
  const Seat here = lobby.join(front_room).value();
  const Seat there = lobby.join(other).value();

  CHECK(here.participant == there.participant);
  CHECK_FALSE(here == there);
  CHECK(lobby.find(here) != nullptr);
  CHECK(lobby.find(here) != lobby.find(there));
  lobby.leave(here);
  CHECK(lobby.find(here) == nullptr);
  CHECK(lobby.find(there) != nullptr);
}

TEST_CASE("a new jitter depth reaches every room", "[lobby]") {
  Lobby lobby(named("front"), 4);
  const RoomId other = lobby.add({named("other")});
  const Seat there = lobby.join(other).value();

  RoomOptions front = named("front");
  RoomOptions changed = named("other");
  front.playout = changed.playout = voice::fixed_playout(9);
  lobby.reconfigure(front, "", std::array{RoomRules{changed}}, 0);

  CHECK(lobby.front().jitter_depth_packets() == 9);
  CHECK(lobby.find(there)->playout.buffer().depth_packets() == 9);
}

TEST_CASE("limiter and levelling are switched on and off in every room", "[lobby]") {
  Lobby lobby(named("front"), 4);
  const RoomId other = lobby.add({named("other")});
  const Seat there = lobby.join(other).value();

  RoomOptions front = named("front");
  RoomOptions changed = named("other");
  front.limiter = front.level_talkers = changed.limiter = changed.level_talkers = true;
  lobby.reconfigure(front, "", std::array{RoomRules{changed}}, 0);
  CHECK(lobby.front().has_limiter());
  CHECK(lobby.room(other).has_limiter());
  CHECK(lobby.find(there)->leveller != nullptr);

  lobby.reconfigure(named("front"), "", std::array{RoomRules{named("other")}}, 0);
  CHECK_FALSE(lobby.front().has_limiter());
  CHECK_FALSE(lobby.room(other).has_limiter());
  CHECK(lobby.find(there)->leveller == nullptr);
}

TEST_CASE("only the whole password opens the lobby, and none is needed where none is set",
          "[lobby][password]") {
  Lobby lobby(named("front"), 4, "open sesame");

  CHECK(lobby.is_front_guarded());
  CHECK(lobby.is_password(front_room, "open sesame"));
  for (const char* const wrong : {"", "open", "open sesame!", "Open sesame", "open sesameopen"}) {
    CHECK_FALSE(lobby.is_password(front_room, wrong));
  }
  lobby.reconfigure(named("front"), "", {}, 0);
  CHECK_FALSE(lobby.is_front_guarded());
  CHECK(lobby.is_password(front_room, "whatever"));
}

TEST_CASE("in one tick, all rooms together change the sound of a limited number of talkers",
          "[lobby]") {
  const auto crowd = [](const char* name) {
    RoomOptions options = test_options(8000, 150);
    options.name = name;
    options.playout = voice::PlayoutOptions{};
    return options;
  };
  Lobby lobby(crowd("front"), 300);
  const RoomId other = lobby.add({crowd("other")});
  std::vector<std::pair<Room*, ParticipantId>> talkers;
  for (int i = 0; i < 150; ++i) {
    for (const RoomId id : {front_room, other}) {
      talkers.emplace_back(&lobby.room(id), lobby.join(id).value().participant);
    }
  }
  Payload wave(160);
  for (std::size_t i = 0; i < wave.size(); ++i) wave[i] = i % 40 < 20 ? 0x90 : 0x10;
  voice::TimePoint now{std::chrono::hours{1}};
  const auto say = [&] {
    for (const auto& [room, id] : talkers) room->receive(id, {{}, wave}, now);
  };
  const auto changed = [&] {
    return std::count_if(talkers.begin(), talkers.end(), [](const auto& talker) {
      return talker.first->find(talker.second)->playout.counters().sped_up_samples != 0;
    });
  };
  const auto pass = [&](int ticks) {
    for (int i = 0; i < ticks; ++i, now += voice::frame_duration) {
      say();
      lobby.begin_tick();
      while (const auto id = lobby.next_room()) (void)lobby.room(*id).tick(now);
    }
  };
  pass(100);
  for (int i = 0; i < 25; ++i) say();

  std::ptrdiff_t before = changed(), most = 0;
  REQUIRE(before == 0);
  for (int i = 0; i < 200; ++i) {
    pass(1);
    most = std::max(most, changed() - before);
    before = changed();
  }

  CHECK(before == 300);
  CHECK(most <= static_cast<std::ptrdiff_t>(voice::PlayoutCommons::searches_per_tick));
}
