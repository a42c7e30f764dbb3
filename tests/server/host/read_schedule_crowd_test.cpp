// How rarely a talker in a crowd is read, and that it sounds as if it were read at every tick.
#include "server/host/read_schedule.hpp"

#include "tests/server/host/hall.hpp"

using namespace voiced;
using namespace voiced::test;

namespace {

// One talker that sends a frame per tick. Its frames wait in the system until it is read.
struct Talk {
  explicit Talk(int jitter_depth_packets) : hall(4, jitter_depth_packets) {
    hall.speak(talker);
    (void)schedule.takes(talker, Pace::gathered_long);
  }
  void tick() {
    ++in_system;
    while (const auto id = schedule.next(Pace::gathered_long, hall.now)) {
      REQUIRE(*id == talker.id);
      ++reads;
      for (; in_system > 0; --in_system) hall.speak(talker);
    }
    hall.tick();
  }
  [[nodiscard]] const voice::JitterBuffer& buffer() const {
    return hall.lobby.find(*talker.session.seat())->playout.buffer();
  }

  Hall hall;
  Peer& talker = hall.seat(1);
  ReadSchedule schedule{hall.peers, hall.lobby};
  int in_system = 0;
  int reads = 0;
};

}  // namespace

TEST_CASE("a talker in a crowd is read before its jitter buffer runs dry", "[read_schedule]") {
  const int depth_packets = GENERATE(2, 3, 4, 6, 10, 20);
  Talk talk(depth_packets);

  for (int i = 0; i < 600; ++i) talk.tick();

  CAPTURE(depth_packets, talk.reads);
  CHECK(talk.buffer().counters().underflows == 0);
  CHECK(talk.buffer().counters().overflows == 0);
}

TEST_CASE("a talker with a deep jitter buffer is read at every third tick", "[read_schedule]") {
  Talk talk(10);
  for (int i = 0; i < 60; ++i) talk.tick();
  talk.reads = 0;

  for (int i = 0; i < 300; ++i) talk.tick();

  CHECK(talk.reads == 100);
}

TEST_CASE("with a buffer of two packets a talker in a crowd is read at every tick or second tick",
          "[read_schedule]") {
  Talk talk(2);
  for (int i = 0; i < 60; ++i) talk.tick();
  talk.reads = 0;

  for (int i = 0; i < 300; ++i) talk.tick();

  CHECK(talk.reads >= 150);
}

TEST_CASE("after a new jitter depth everybody is read at the next tick", "[read_schedule]") {
  Talk talk(10);
  for (int i = 0; i < 60; ++i) talk.tick();
  while (talk.in_system == 0) talk.tick();  // until it is not its turn
  talk.reads = 0;

  talk.schedule.hurry();
  talk.tick();

  CHECK(talk.reads == 1);
  CHECK(talk.in_system == 0);
}
