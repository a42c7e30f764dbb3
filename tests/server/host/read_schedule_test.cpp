#include "tests/server/host/crowd.hpp"

using namespace voiced;
using namespace voiced::test;

namespace {

std::vector<PeerId> read_round(Crowd& crowd) {
  std::vector<PeerId> all;
  while (const auto id = crowd.host.next_to_read(crowd.now)) all.push_back(*id);
  return all;
}

/// A talker in a crowd, whose frames arrive in the system, one per tick.
struct TalkerInCrowd {
  explicit TalkerInCrowd(const HostOptions& options) : crowd(options) {
    std::vector<PeerId> peers;
    for (int i = 0; i < 70; ++i) {
      peers.push_back(crowd.arrive(static_cast<std::uint8_t>(1 + i % 3)));
    }
    REQUIRE(crowd.host.pace() == Pace::gathered_long);
    talker = peers[10];
    crowd.speak(talker);
    REQUIRE(crowd.host.is_read_at_ticks(talker));
  }

  int reads_in(int ticks) {
    int reads = 0;
    for (int i = 0; i < ticks; ++i) {
      ++unread;
      while (const auto id = crowd.host.next_to_read(crowd.now)) {
        REQUIRE(*id == talker);
        ++reads;
        for (; unread > 0; --unread) crowd.speak(talker);
      }
      crowd.tick();
    }
    return reads;
  }

  Crowd crowd;
  PeerId talker;
  int unread = 0;
};

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

TEST_CASE("in a crowd a talker is read as seldom as its buffer allows, up to every third tick",
          "[read_schedule]") {
  struct Row {
    int depth_packets;
    int reads;
  };
  const auto row = GENERATE(values<Row>({{12, 20}, {6, 20}, {5, 30}, {4, 30}, {3, 60}}));
  INFO(row.depth_packets);
  TalkerInCrowd one(crowd_options(128, row.depth_packets));
  (void)one.reads_in(60);
  CHECK(one.reads_in(60) == row.reads);
}

TEST_CASE("in a crowd a talker is read as seldom while its adaptive buffer holds too much",
          "[read_schedule]") {
  HostOptions options = crowd_options(128);
  options.front_room.playout = {};
  TalkerInCrowd one(options);
  (void)one.reads_in(200);
  one.unread += 25;  // half a second comes at once
  CHECK(one.reads_in(60) == 20);
  CHECK(one.reads_in(600) == 200);
}
