#include "tests/server/host/crowd.hpp"

using namespace voiced;
using namespace voiced::test;

namespace {

std::vector<PeerId> read_round(Crowd& crowd) {
  std::vector<PeerId> all;
  while (const auto id = crowd.host.next_to_read(crowd.now)) all.push_back(*id);
  return all;
}

}  // namespace

TEST_CASE("a handful of peers is waited for by events", "[read_schedule]") {
  Crowd crowd;
  const PeerId id = crowd.arrive();
  crowd.speak(id);

  CHECK_FALSE(crowd.host.is_read_at_ticks(id));
  CHECK(read_round(crowd).empty());
}

TEST_CASE("a peer that floods is read at the ticks, among a handful, too", "[read_schedule]") {
  Crowd crowd;
  const PeerId id = crowd.arrive();
  int events = 1;
  while (!crowd.host.is_read_at_ticks(id)) ++events;

  CHECK(events == 8);
  CHECK(read_round(crowd) == std::vector{id});
  // After that, it is read at its events again.
  CHECK(read_round(crowd).empty());
  REQUIRE(crowd.host.silent().size() == 1);
  CHECK(crowd.host.silent()[0] == id);
}

TEST_CASE("among many, a talker is read at the ticks until it has been silent", "[read_schedule]") {
  Crowd crowd(crowd_options(32));
  std::vector<PeerId> peers;
  for (std::uint8_t i = 1; i <= 12; ++i) peers.push_back(crowd.arrive(i));
  crowd.speak(peers[3]);
  REQUIRE(crowd.host.is_read_at_ticks(peers[3]));
  int rounds = 0;
  for (; crowd.host.silent().empty() && rounds < 100; ++rounds) {
    (void)read_round(crowd);
    crowd.tick();
  }

  CHECK(rounds >= 25);
  CHECK(rounds <= 28);  // half a second
  CHECK(read_round(crowd).empty());
}

TEST_CASE("a peer that leaves while it is read is not read again", "[read_schedule]") {
  Crowd crowd(crowd_options(32));
  std::vector<PeerId> peers;
  for (std::uint8_t i = 1; i <= 12; ++i) {
    peers.push_back(crowd.arrive(i));
  }
  for (const PeerId id : peers) {
    crowd.speak(id);
    REQUIRE(crowd.host.is_read_at_ticks(id));
  }
  std::vector<PeerId> read;
  while (const auto id = crowd.host.next_to_read(crowd.now)) {
    read.push_back(*id);
    if (*id == peers[4]) crowd.host.ended(*id, Ended::closed, crowd.now);
  }
  CHECK(read.size() == 12);
  CHECK(read_round(crowd).size() == 11);
  crowd.tick();
  CHECK(read_round(crowd).size() == 11);
}

TEST_CASE("in a crowd a talker with enough in its buffer is read at every third tick",
          "[read_schedule]") {
  Crowd crowd(crowd_options(128, 12));
  std::vector<PeerId> peers;
  for (int i = 0; i < 70; ++i) peers.push_back(crowd.arrive(static_cast<std::uint8_t>(1 + i % 3)));
  REQUIRE(crowd.host.pace() == Pace::gathered_long);
  const PeerId talker = peers[10];
  crowd.speak(talker);
  REQUIRE(crowd.host.is_read_at_ticks(talker));
  int reads = 0;
  int unread = 0;
  for (int i = 0; i < 60; ++i) {
    ++unread;  // a frame arrives in the system at every tick
    for (const PeerId id : read_round(crowd)) {
      REQUIRE(id == talker);
      ++reads;
      for (; unread > 0; --unread) crowd.speak(talker);
    }
    crowd.tick();
  }

  CHECK(reads <= 60 / 2);
  CHECK(reads >= 60 / 3);
}
