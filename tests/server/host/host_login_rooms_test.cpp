// Peers whose secret is right, but whose room does not let them in.
#include "tests/server/host/login_trial.hpp"

using namespace voiced;
using namespace voiced::test;
using std::chrono::seconds;

TEST_CASE("an invitation that did not let its peer in is handed back", "[login]") {
  Trial trial;
  const verdict::Granted granted{
      .access = {.is_guest = false, .invitation = "once", .room = "nowhere"}, .name = {}};
  trial.judge(trial.greet("\nToken:vi1.x"), granted);
  CHECK(trial.host.take_unused() == std::vector<std::string>{"once"});
  CHECK(trial.host.take_unused().empty());

  const PeerId gone = trial.greet("\nToken:vi1.x");
  (void)trial.claim();
  trial.host.ended(gone, Ended::closed, trial.now);
  CHECK_FALSE(trial.host.checked(gone, granted, trial.now));
  CHECK(trial.host.take_unused().size() == 1);

  verdict::Granted here = granted;
  here.access.room.clear();
  const PeerId id = trial.greet("\nToken:vi1.x");
  trial.judge(id, here);
  CHECK(trial.host.is_speaking(id));
  CHECK(trial.host.take_unused().empty());
}

TEST_CASE("a login that its room does not let in is not a failed guess", "[login]") {
  Trial trial;
  for (int i = 0; i < 20; ++i) {
    const PeerId id = trial.greet("\nUser:anna\nPassword:right\nRoom:nowhere");
    (void)trial.claim();
    trial.judge(id, verdict::Granted{account("anna"), {}, {}});
    CHECK(trial.end_of(id) == CloseReason::no_room);
    trial.now += seconds{1};
  }
  CHECK(last_event<event::LoginFailed>(trial) == nullptr);
  CHECK(trial.host.counters().logins_granted == 20);
  const PeerId id = trial.greet("\nUser:anna\nPassword:right");
  trial.judge(id, verdict::Granted{account("anna"), {}, {}});
  CHECK(trial.host.is_speaking(id));
}
