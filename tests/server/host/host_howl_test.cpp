// What the operator is told when a room howls: how often, and whose microphones are to blame.
#include "tests/server/host/howling_host.hpp"

using namespace voiced;
using namespace voiced::test;

namespace {

// How often each participant has been named as one that echoes.
std::map<std::uint64_t, int> named_in(Host& host) {
  std::map<std::uint64_t, int> named;
  for (const HostEvent& event : host.take_events()) {
    const auto* const noted = std::get_if<event::Noted>(&event);
    if (noted != nullptr && noted->note == PeerNote::echoes) ++named[noted->number];
  }
  return named;
}

}  // namespace

TEST_CASE("a room that howls is counted, and participants that echo are named once each",
          "[howl_guard][host]") {
  HowlingHost trial(5);
  trial.speak(500);

  const ServerStatus status = trial.host.status(trial.now);
  REQUIRE(status.rooms.size() == 1);
  CHECK(status.rooms[0].howls == 1);
  std::map<std::uint64_t, int> echoing;
  for (const ParticipantStatus& one : trial.host.participants(trial.now)) {
    INFO(one.number);
    CHECK(one.guard_db <= 0);
    if (one.number == trial.talker.number) CHECK_FALSE(one.echoes);
    if (one.number != trial.talker.number) CHECK(one.guard_db < -3);
    if (one.echoes) echoing[one.number] = 1;
  }
  CHECK(echoing.size() >= 2);
  CHECK(named_in(trial.host) == echoing);

  trial.speak(100);
  CHECK(named_in(trial.host).empty());
}

TEST_CASE("a loop that does not howl is not reported", "[howl_guard][host]") {
  HowlingHost trial(1);
  trial.speak(500);

  CHECK(trial.host.status(trial.now).rooms[0].howls == 0);
  CHECK(named_in(trial.host).empty());
}
