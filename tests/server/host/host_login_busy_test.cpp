// More logins at a time than there are places, for an address or in all.
#include "server/host/logins.hpp"

#include "tests/server/host/login_trial.hpp"
#include "tests/support/catch.hpp"

#include <vector>

using namespace voiced;
using namespace voiced::test;

TEST_CASE("a few addresses that never finish their logins keep nobody out", "[login]") {
  HostOptions options = options_of();
  options.front_room.participants_max = 2 * logins_max;
  Trial trial(options);
  std::vector<PeerId> hogs;
  for (std::size_t i = 0; i < logins_max; ++i) {
    const auto address = static_cast<std::uint8_t>(10 + i / logins_per_address_max);
    hogs.push_back(trial.greet("\nUser:anna\nNonce:mine", address));
    (void)trial.claim();
    trial.judge(hogs.back(), verdict::Asked{{"theirs", "salt", 19456, 2}});
  }
  REQUIRE(trial.host.status(trial.now).logins == logins_max);

  const PeerId anna = trial.greet("\nUser:anna\nNonce:mine");
  CHECK(std::get<claim::Opening>(trial.claim()).user == "anna");
  trial.tick();
  CHECK(trial.end_of(hogs[0]) == CloseReason::login_busy);
  CHECK(trial.last_text(hogs[0]) ==
        "Bye\nCode:wait\nReason:too many others are logging in; try again in a moment");
  CHECK_FALSE(trial.end_of(hogs[1]));
  trial.judge(anna, verdict::Asked{{"theirs", "salt", 19456, 2}});
  trial.say(anna, voice::test::message("Proof\nProof:x"));
  trial.judge(anna, verdict::Granted{account("anna"), {}, {}});
  CHECK(trial.host.find(anna)->session.access().user == "anna");
  CHECK(trial.host.status(trial.now).logins == logins_max - 1);
}

TEST_CASE("nobody is blamed because too many others log in from the same address", "[login]") {
  HostOptions options = options_of();
  options.front_room.participants_max = 2 * logins_per_address_max;
  Trial trial(options);
  for (std::size_t i = 0; i < logins_per_address_max; ++i) {
    (void)trial.greet("\nUser:anna\nNonce:mine");
    (void)trial.claim();
  }

  const PeerId ninth = trial.greet("\nUser:bob\nNonce:mine");
  trial.tick();

  CHECK(trial.end_of(ninth) == CloseReason::login_busy);
  CHECK(blame_of(CloseReason::login_busy) == Blame::none);
  CHECK(trial.last_text(ninth) ==
        "Bye\nCode:wait\nReason:too many others are logging in; try again in a moment");
  CHECK(last_event<event::LoginFailed>(trial)->reason == CloseReason::login_busy);
  // It counts as no failure, however often it happens.
  for (int i = 0; i < 20; ++i) (void)trial.greet("\nUser:bob\nNonce:mine");
  trial.tick();
  CHECK(trial.host.counters().closes.of(CloseReason::login_busy) == 21);
  CHECK(trial.host.counters().closes.of(CloseReason::login_slowed) == 0);
}
