#include "server/host/door.hpp"

#include "tests/server/host/hall.hpp"

using namespace voiced;
using namespace voiced::test;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::sys_seconds today{1'700'000'000s};

HostOptions narrow() {
  return {.front_room = {.format = *voice::AudioFormat::from_rate(8000)},
          .door = {.strangers_max = 2, .strangers_per_address_max = 2},
          .load_max = 0.5};
}

Ban ban_of(std::uint8_t last_byte, std::optional<std::chrono::sys_seconds> until = {},
           const std::string& reason = "") {
  return {"192.0.2.1", AddressRange::around(address_of(last_byte)), until, reason};
}

struct Entrance {
  std::optional<Refusal> ask(Peer& peer, double load = 0.0) {
    return door.ask(peer, load, today, hall.now);
  }
  CloseReason verdict(Peer& peer, double load = 0.0) {
    const auto refusal = ask(peer, load);
    REQUIRE(refusal);
    return refusal->reason;
  }

  Hall hall;
  Door door{narrow()};
};

}  // namespace

TEST_CASE("if there are several reasons to refuse a peer, the first in order is given", "[door]") {
  Entrance entrance;
  Door& door = entrance.door;
  CHECK_FALSE(entrance.ask(entrance.hall.add(2)));
  CHECK_FALSE(entrance.ask(entrance.hall.add(3)));
  Peer& peer = entrance.hall.add(1);
  REQUIRE(door.bans().add(ban_of(1)));
  door.drain().begin(entrance.hall.now);

  CHECK(entrance.verdict(peer, 1.0) == CloseReason::refused_banned);
  door.bans().remove(AddressRange::around(address_of(1)));
  CHECK(entrance.verdict(peer, 1.0) == CloseReason::refused_draining);
  door.drain().cancel();
  CHECK(entrance.verdict(peer, 1.0) == CloseReason::refused_limit);
  HostOptions wider = narrow();
  wider.door.strangers_max = 3;
  door.reconfigure(wider);
  CHECK(entrance.verdict(peer, 1.0) == CloseReason::refused_busy);
}

TEST_CASE("an address that is denied, or not allowed, is refused until that changes", "[door]") {
  Entrance entrance;
  Door& door = entrance.door;
  HostOptions options = narrow();
  const std::vector<AddressRange> one{AddressRange::around(address_of(1))};
  options.addresses.denied = AddressSet(one);
  door.reconfigure(options);

  CHECK(entrance.verdict(entrance.hall.add(1)) == CloseReason::refused_address);
  CHECK_FALSE(entrance.ask(entrance.hall.add(2)));
  options.addresses = {.allowed = AddressSet(one), .denied = {}};
  door.reconfigure(options);
  CHECK(entrance.verdict(entrance.hall.add(2)) == CloseReason::refused_address);
  CHECK_FALSE(entrance.ask(entrance.hall.add(1)));
}

TEST_CASE("a denied address takes no stranger's place, and is told not to return", "[door]") {
  Entrance entrance;
  HostOptions options = narrow();
  options.addresses.denied = AddressSet(std::vector{AddressRange::around(address_of(1))});
  entrance.door.reconfigure(options);

  const auto refusal = entrance.ask(entrance.hall.add(1));
  REQUIRE(refusal);
  CHECK(refusal->code == voice::voice1::RefusalCode::banned);
  CHECK(refusal->words == "this server accepts no connections from your address");
  CHECK(entrance.door.strangers() == 0);
}

TEST_CASE("each refusal has a code on the wire and a reason for people", "[door]") {
  using voice::voice1::RefusalCode;
  Entrance entrance;
  Peer& peer = entrance.hall.add(1);

  REQUIRE(entrance.door.bans().add(ban_of(1, {}, "too loud")));
  const auto banned = entrance.ask(peer);
  REQUIRE(banned);
  CHECK(banned->code == RefusalCode::banned);
  CHECK(banned->words == "too loud");
  REQUIRE(entrance.door.bans().add(ban_of(1)));
  CHECK(entrance.ask(peer)->words == "you are banned here");
  entrance.door.bans() = {};

  entrance.door.drain().begin(entrance.hall.now);
  CHECK(entrance.ask(peer)->code == RefusalCode::draining);
  entrance.door.drain().cancel();

  CHECK(entrance.ask(peer, 0.51)->code == RefusalCode::busy);
}

TEST_CASE("only peers that the doorman has let pass count as strangers", "[door]") {
  Entrance entrance;
  Peer& banned = entrance.hall.add(1);
  REQUIRE(entrance.door.bans().add(ban_of(1)));
  CHECK(entrance.verdict(banned) == CloseReason::refused_banned);
  CHECK_FALSE(banned.hot.is_admitted);
  CHECK(entrance.door.strangers() == 0);

  // Load is checked last: the doorman has already counted this peer, and must be told that it
  // leaves.
  Peer& busy = entrance.hall.add(2);
  CHECK(entrance.verdict(busy, 0.9) == CloseReason::refused_busy);
  CHECK(busy.hot.is_admitted);
  CHECK(entrance.door.strangers() == 1);
  entrance.door.left(busy);
  CHECK(entrance.door.strangers() == 0);
}

TEST_CASE("a peer leaves the door once, however often it ends", "[door]") {
  Entrance entrance;
  Peer& first = entrance.hall.add(1);
  Peer& second = entrance.hall.add(2);
  CHECK_FALSE(entrance.ask(first));
  CHECK_FALSE(entrance.ask(second));

  entrance.door.left(first);
  entrance.door.left(first);

  CHECK(entrance.door.strangers() == 1);
  CHECK_FALSE(entrance.ask(entrance.hall.add(3)));
  CHECK(entrance.verdict(entrance.hall.add(4)) == CloseReason::refused_limit);
}

TEST_CASE("a peer that has shown itself makes room for another stranger", "[door]") {
  Entrance entrance;
  Peer& shown = entrance.hall.add(1);
  CHECK_FALSE(entrance.ask(shown));
  shown.hot.life = Life::present;
  entrance.door.shown(shown);
  CHECK(entrance.door.strangers() == 0);

  CHECK_FALSE(entrance.ask(entrance.hall.add(2)));
  // When it leaves, the number of strangers stays the same.
  entrance.door.left(shown);
  CHECK(entrance.door.strangers() == 1);
}

TEST_CASE("a load up to the limit refuses nobody", "[door]") {
  Entrance entrance;

  CHECK_FALSE(entrance.ask(entrance.hall.add(1), 0.5));
  CHECK(entrance.verdict(entrance.hall.add(2), 0.5001) == CloseReason::refused_busy);
}

TEST_CASE("a ban that has run out refuses nobody and is forgotten", "[door]") {
  Entrance entrance;
  REQUIRE(entrance.door.bans().add(ban_of(1, today)));
  REQUIRE(entrance.door.bans().add(ban_of(2, today + 1s)));

  CHECK_FALSE(entrance.ask(entrance.hall.add(1)));
  CHECK(entrance.verdict(entrance.hall.add(2)) == CloseReason::refused_banned);
  entrance.door.tidy(today, entrance.hall.now);
  CHECK(entrance.door.bans().size() == 1);
}
