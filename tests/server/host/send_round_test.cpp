#include "server/host/send_round.hpp"

#include "tests/server/host/hall.hpp"

#include <algorithm>
#include <vector>

using namespace voiced;
using namespace voiced::test;

namespace {

constexpr std::size_t frame_message_bytes = voice::packet_overhead_bytes + 160;

struct Round {
  /// Mixes what has been said; next() then names every peer to which something is due.
  void begin() {
    hall.now += voice::frame_duration;
    hall.lobby.begin_tick();
    const auto room = hall.lobby.next_room();
    REQUIRE(room);
    sending.begin_tick();
    sending.begin_room(*room, hall.lobby.room(*room).tick(hall.now));
  }
  /// A tick in which every system takes everything. Returns for which peers it was, in order.
  std::vector<std::uint64_t> play() {
    begin();
    std::vector<std::uint64_t> order;
    while (Peer* const peer = next()) {
      order.push_back(peer->id.number);
      send(*peer);
    }
    return order;
  }
  Peer* next() {
    const auto id = sending.next(hall.now);
    return id ? hall.peers.find(*id) : nullptr;
  }
  /// Writes to a system that has room for `room` bytes. Returns how many it took.
  std::size_t send(Peer& peer, std::size_t room = SIZE_MAX) {
    std::size_t all = 0;
    for (bool may_have_more = true; may_have_more;) {
      const voice::Bytes bytes = sending.offer(peer, hall.now);
      if (bytes.empty()) break;
      const std::size_t count = std::min(bytes.size(), room - all);
      all += count;
      may_have_more = sending.taken(count, hall.now);
    }
    return all;
  }
  /// Has spoken two frames ahead, so that each of the next two ticks has one.
  Peer& talker(std::uint8_t last_byte = 1) {
    Peer& peer = hall.seat(last_byte);
    hall.speak(peer);
    hall.speak(peer);
    return peer;
  }

  Hall hall;
  SendRound sending{hall.peers, hall.lobby};
};

}  // namespace

TEST_CASE("a round names every listener once and then is over", "[send_round]") {
  Round round;
  const Peer& talker = round.talker();
  const Peer& listener = round.hall.seat(2);

  CHECK(round.play() == std::vector{talker.id.number, listener.id.number});
  CHECK(round.next() == nullptr);
  CHECK(listener.hot.sender.frames_sent() == 1);
  CHECK(round.sending.offered_to() == nullptr);
}

TEST_CASE("what was already waiting goes before any mix", "[send_round]") {
  Round round;
  round.talker();
  Peer& late = round.hall.seat(2);
  const auto bye = voice::test::message("State\nMutedByServer:none");
  late.hot.sender.queue(bye, voice::MessageClass::control, round.hall.now);

  round.begin();
  Peer* const first = round.next();

  REQUIRE(first == &late);
  CHECK(round.send(late) == bye.size());
  // Its mix comes in its turn, like everybody's.
  CHECK(round.next() != &late);
  CHECK(round.next() == &late);
  CHECK(round.send(late) == frame_message_bytes);
  CHECK(round.next() == nullptr);
}

TEST_CASE("the mix of a peer whose system is full waits behind what waits already",
          "[send_round]") {
  Round round;
  Peer& talker = round.talker();
  Peer& full = round.hall.seat(2);
  const auto words = voice::test::message("State\nMutedByServer:none");
  full.hot.sender.queue(words, voice::MessageClass::control, round.hall.now);

  round.begin();
  REQUIRE(round.next() == &full);
  CHECK(round.send(full, 3) == 3);
  REQUIRE(round.next() == &talker);
  round.send(talker);
  // It is not named again: its mix has been queued.
  CHECK(round.next() == nullptr);

  CHECK(full.hot.sender.outbox().size_bytes() == words.size() - 3 + frame_message_bytes);
  CHECK(full.hot.sender.frames_sent() == 0);
}

TEST_CASE("the rest of a mix that was cut short is offered first at the next tick",
          "[send_round]") {
  Round round;
  Peer& talker = round.talker();
  Peer& listener = round.hall.seat(2);
  round.begin();
  REQUIRE(round.next() == &talker);
  round.send(talker);
  REQUIRE(round.next() == &listener);
  CHECK(round.send(listener, 100) == 100);
  CHECK(round.next() == nullptr);
  CHECK_FALSE(round.sending.offers_what_waited());

  round.begin();
  REQUIRE(round.next() == &listener);
  const voice::Bytes rest = round.sending.offer(listener, round.hall.now);

  CHECK(rest.size() == frame_message_bytes - 100);
  CHECK(round.sending.offers_what_waited());
  CHECK_FALSE(round.sending.taken(rest.size(), round.hall.now));
  CHECK(listener.hot.sender.frames_sent() == 1);
}

TEST_CASE("a mix that was not asked for before the next peer is named waits", "[send_round]") {
  Round round;
  Peer& talker = round.talker();
  Peer& listener = round.hall.seat(2);
  round.begin();
  REQUIRE(round.next() == &talker);
  REQUIRE(round.next() == &listener);  // the talker was never offered its own
  round.send(listener);

  CHECK(talker.hot.sender.outbox().size_bytes() == frame_message_bytes);
  CHECK(listener.hot.sender.empty());
}

TEST_CASE("a connection that breaks while it is written to costs the others no sound",
          "[send_round]") {
  Round round;
  Peer& talker = round.talker();
  Peer& breaks = round.hall.seat(2);
  Peer& listener = round.hall.seat(3);
  round.begin();
  REQUIRE(round.next() == &talker);
  round.send(talker);
  REQUIRE(round.next() == &breaks);
  CHECK_FALSE(round.sending.offer(breaks, round.hall.now).empty());

  round.sending.forget(breaks);
  breaks.session.close(CloseReason::reset);
  round.hall.peers.finish(breaks);

  CHECK(round.sending.offered_to() == nullptr);
  REQUIRE(round.next() == &listener);
  CHECK(round.send(listener) == frame_message_bytes);
  CHECK(round.next() == nullptr);
  CHECK(breaks.hot.sender.frames_sent() == 0);
}

TEST_CASE("a listener that has left in the same round is passed over", "[send_round]") {
  Round round;
  Peer& talker = round.talker();
  Peer& leaves = round.hall.seat(2);
  Peer& listener = round.hall.seat(3);
  round.begin();
  REQUIRE(round.next() == &talker);

  leaves.session.close(CloseReason::kicked);
  round.hall.peers.begin_farewell(leaves, std::chrono::seconds{10}, round.hall.now);

  CHECK(round.next() == &listener);
  CHECK(round.next() == nullptr);
}

TEST_CASE("answers go out at once between two rounds, and behind what waits if anything does",
          "[send_round]") {
  Round round;
  Peer& peer = round.hall.seat(1);
  round.hall.say(peer, "Hello");
  CHECK(round.send(peer) > 0);
  CHECK_FALSE(peer.session.has_control());

  round.hall.say(peer, "Ping\nId:1");
  round.hall.say(peer, "Ping\nId:2");
  const auto pong = voice::test::message("Pong\nId:1").size();
  CHECK(round.send(peer, 5) == 5);

  // The rest of the first and all of the second wait; nothing is offered until the next tick.
  CHECK(peer.hot.sender.outbox().size_bytes() == 2 * pong - 5);
  CHECK(round.sending.offer(peer, round.hall.now).empty());
  round.begin();
  REQUIRE(round.next() == &peer);
  CHECK(round.send(peer) == 2 * pong - 5);
  CHECK(peer.hot.sender.empty());
}

TEST_CASE("once our side is closed nothing is offered, and nothing keeps its place",
          "[send_round]") {
  Round round;
  Peer& peer = round.hall.seat(1);
  peer.hot.sender.queue(voice::test::message("Bye"), voice::MessageClass::control, round.hall.now);
  round.hall.peers.begin_farewell(peer, std::chrono::seconds{10}, round.hall.now);
  REQUIRE(peer.cold.farewell.next({.all_left = true}, round.hall.now) == FarewellStep::shut_down);

  CHECK(round.sending.offer(peer, round.hall.now).empty());
  CHECK(round.play().empty());
  CHECK(round.hall.peers.waiting().size() == 0);
}

TEST_CASE("in a pause a classic listener is sent a sign of life, unless something waits for it",
          "[send_round]") {
  Round round;
  Peer& idle = round.hall.seat(1);
  Peer& full = round.hall.seat(2);
  std::vector<std::uint64_t> named;
  for (int tick = 0; tick < 130 && named.empty(); ++tick) {
    round.begin();
    while (Peer* const peer = round.next()) {
      if (peer == &full) {
        CHECK(round.send(full, 0) == 0);
        continue;
      }
      named.push_back(peer->id.number);
      CHECK(round.send(*peer) == voice::packet_overhead_bytes);
    }
    if (tick == 100) {
      full.hot.sender.queue(voice::test::message("Bye"), voice::MessageClass::control,
                            round.hall.now);
    }
  }

  CHECK(named == std::vector{idle.id.number});
  CHECK(idle.hot.sender.frames_sent() == 0);
}

TEST_CASE("that a pause begins also reaches a listener that still has to take what came before",
          "[send_round]") {
  Round round;
  Peer& talker = round.hall.seat(1);
  Peer& slow = round.hall.seat(2);
  const Peer& classic = round.hall.seat(3);
  round.hall.say(slow, "Hello\nName:Ada");
  (void)slow.session.take_control();
  round.hall.speak(talker);
  for (int tick = 0; tick < 4; ++tick) {
    round.begin();
    while (Peer* const peer = round.next()) round.send(*peer, peer == &talker ? SIZE_MAX : 3);
  }

  const auto ends_without_sound = [](const Peer& peer) {
    const voice::Bytes waiting = peer.hot.sender.outbox().front();
    REQUIRE(waiting.size() > voice::packet_overhead_bytes);
    return voice::load_le32(waiting.last(voice::packet_overhead_bytes).data()) ==
           voice::rtp_header_bytes;
  };
  CHECK(ends_without_sound(slow));
  CHECK_FALSE(ends_without_sound(classic));
}
