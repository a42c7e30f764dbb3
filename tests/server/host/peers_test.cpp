#include "tests/server/host/hall.hpp"

#include <vector>

using namespace voiced;
using namespace voiced::test;
using namespace std::chrono_literals;

TEST_CASE("peers are numbered from 1, and a number is never used again", "[peers]") {
  Hall hall;
  const PeerId first = hall.add().id;
  hall.peers.finish(*hall.peers.find(first));
  hall.peers.release_done();

  const PeerId second = hall.add().id;

  CHECK(first.number == 1);
  CHECK(second.number == 2);
  CHECK(second.index == first.index);
}

TEST_CASE("a stale id finds nobody, although its place is taken again", "[peers]") {
  Hall hall;
  const PeerId stale = hall.add().id;
  hall.peers.finish(*hall.peers.find(stale));
  // Its socket is still open: the id leads to it until it is released.
  CHECK(hall.peers.find(stale) != nullptr);
  hall.peers.release_done();

  const PeerId next = hall.add().id;

  CHECK(hall.peers.find(stale) == nullptr);
  CHECK(hall.peers.find(stale.number) == nullptr);
  REQUIRE(hall.peers.find(next) != nullptr);
  CHECK(hall.peers.find(next)->id == next);
}

TEST_CASE("a leaving peer is found by its id and not by its number", "[peers]") {
  Hall hall;
  Peer& peer = hall.add();
  CHECK(hall.peers.find(peer.id.number) == &peer);

  hall.peers.begin_farewell(peer, 10s, hall.now);

  CHECK(hall.peers.find(peer.id) == &peer);
  CHECK(hall.peers.find(peer.id.number) == nullptr);
  CHECK(hall.peers.leaving() == std::vector{peer.id});
}

TEST_CASE("a peer is done once, however often it ends", "[peers]") {
  Hall hall;
  Peer& peer = hall.add();
  hall.peers.begin_farewell(peer, 10s, hall.now);

  hall.peers.finish(peer);
  hall.peers.finish(peer);

  CHECK(hall.peers.leaving().empty());
  CHECK(hall.peers.done().size() == 1);
  hall.peers.release_done();
  CHECK(hall.peers.size() == 0);
}

TEST_CASE("a seat leads to its peer, also after others have left", "[peers]") {
  Hall hall;
  Peer& first = hall.seat(1);
  Peer& second = hall.seat(2);
  const Seat old = *first.session.seat();
  first.session.close(CloseReason::bye);
  hall.peers.finish(first);
  hall.peers.release_done();

  Peer& third = hall.seat(3);

  const Seat& seat = *third.session.seat();
  CHECK(seat.participant.slot == old.participant.slot);
  CHECK_FALSE(seat == old);
  CHECK(&hall.peers.at(seat.room, seat.participant) == &third);
  CHECK(&hall.peers.at(front_room, second.session.seat()->participant) == &second);
}

TEST_CASE("without a free place the farewell that began first ends for a newcomer", "[peers]") {
  Hall hall(1);
  std::vector<PeerId> leaving;
  while (hall.peers.size() + 1 < hall.peers.places()) leaving.push_back(hall.add().id);
  // The third has been leaving for the longest; the order of arrival does not matter.
  for (std::size_t i = 0; i < leaving.size(); ++i) {
    const auto began = i == 2 ? hall.now : hall.now + 1s + std::chrono::milliseconds{i};
    hall.peers.begin_farewell(*hall.peers.find(leaving[i]), 10s, began);
  }
  REQUIRE(hall.peers.done().empty());

  const PeerId newcomer = hall.add().id;

  REQUIRE(hall.peers.done().size() == 1);
  CHECK(hall.peers.done()[0] == leaving[2]);
  CHECK(hall.peers.find(newcomer) != nullptr);
  hall.peers.release_done();
  CHECK(hall.peers.size() + 1 == hall.peers.places());
}

TEST_CASE("refused peers have places of their own, and the one refused first goes", "[peers]") {
  Hall hall;
  std::vector<PeerId> refused;
  for (std::size_t i = 0; i < refused_max; ++i) {
    Peer& peer = hall.add();
    refused.push_back(peer.id);
    hall.peers.refuse(peer);
    hall.peers.begin_farewell(peer, 10s, hall.now);
  }
  REQUIRE(hall.peers.done().empty());
  hall.peers.finish(*hall.peers.find(refused[1]));
  hall.peers.release_done();

  hall.peers.refuse(hall.add());
  REQUIRE(hall.peers.done().size() == 1);
  CHECK(hall.peers.done()[0] == refused[0]);
  hall.peers.release_done();
  // The second has gone by itself, so nobody has to go for this one.
  hall.peers.refuse(hall.add());
  CHECK(hall.peers.done().empty());
}

TEST_CASE("refused peers keep their places when participants' farewells fill the rest", "[peers]") {
  Hall hall(1);
  Peer& refused = hall.add();
  hall.peers.refuse(refused);
  hall.peers.begin_farewell(refused, 10s, hall.now);
  std::vector<PeerId> leaving;
  while (hall.peers.size() + 1 < hall.peers.places()) {
    Peer& peer = hall.add();
    leaving.push_back(peer.id);
    hall.peers.begin_farewell(peer, 10s, hall.now + 1s);
  }

  (void)hall.add();

  REQUIRE(hall.peers.done().size() == 1);
  CHECK(hall.peers.done()[0] != refused.id);
  CHECK_FALSE(hall.peers.find(refused.id)->hot.life == Life::done);
}

TEST_CASE("peers that are leaving are counted, and passed over where only others matter",
          "[peers]") {
  Hall hall;
  Peer& stays = hall.add(1);
  Peer& leaves = hall.add(2);
  hall.peers.begin_farewell(leaves, 10s, hall.now);
  std::vector<std::uint64_t> each, all;

  hall.peers.for_each([&](const Peer& peer) { each.push_back(peer.id.number); });
  hall.peers.for_all([&](const Peer& peer) { all.push_back(peer.id.number); });

  CHECK(each == std::vector{stays.id.number});
  CHECK(all == std::vector{stays.id.number, leaves.id.number});
  CHECK(hall.peers.size() == 2);
}
