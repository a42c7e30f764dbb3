#include "server/net/server_log.hpp"

#include "tests/server/host/howling_host.hpp"
#include "tests/support/logged.hpp"

using namespace voiced;
using namespace voiced::test;
using voice::test::Logged;

TEST_CASE("the log names each participant whose microphone made the room howl, once",
          "[server_log]") {
  HowlingHost trial(5);
  const Logged logged;
  ServerLog log;
  for (int second = 0; second < 12; ++second) {
    trial.speak(50);
    log.events(trial.host, trial.now);
  }

  int named = 0;
  for (const ParticipantStatus& one : trial.host.participants(trial.now)) {
    const std::string line =
        "warning the room howled because a microphone picks up its loudspeaker; this participant "
        "should use a headset or cancel echo id=" +
        std::to_string(one.number);
    CHECK(logged.count(line) == (one.echoes ? 1 : 0));
    named += one.echoes ? 1 : 0;
  }
  INFO(logged.text());
  CHECK(named >= 2);
}

TEST_CASE("peers that come and go in any number hide no failed login from fail2ban",
          "[server_log]") {
  const Logged logged;
  PeerLog log;
  const voice::TimePoint now{std::chrono::seconds{1}};
  for (int i = 0; i < 1000; ++i) {
    log.info(now, "joined");
    log.left(Blame::none, now, "left");
    log.left(Blame::offence, now, "refused");
  }
  REQUIRE(logged.count("info joined") + logged.count("info left") == 400);
  REQUIRE(logged.count("info refused") == 400);
  REQUIRE(log.suppressed() == 2200);

  log.logged_in(now, "logged in");
  CHECK(logged.count("info logged in") == 1);
  for (int i = 0; i < 15; ++i) log.left(Blame::login, now, "login failed");

  CHECK(logged.count("info login failed") == 15);
}

TEST_CASE("suppressed lines are counted, and reported once with the next line", "[server_log]") {
  const Logged logged;
  PeerLog log;
  const voice::TimePoint now{std::chrono::seconds{1}};
  for (int i = 0; i < 407; ++i) log.info(now, "joined");
  REQUIRE(logged.count("info joined") == 400);

  log.warn(now + std::chrono::seconds{1}, "noted");
  log.warn(now + std::chrono::seconds{1}, "noted");

  CHECK(logged.text().ends_with(
      "warning log lines about peers suppressed count=7\nwarning noted\nwarning noted\n"));
}

TEST_CASE("a mixer that is late is reported at most every ten seconds, with all late ticks",
          "[server_log]") {
  const Logged logged;
  const HowlingHost trial(2);
  const Lobby& lobby = trial.host.lobby();
  ServerLog log;
  const voice::TimePoint start{std::chrono::hours{1}};
  const auto late = [&](int ticks) {
    return "warning mixer late late_ticks=" + std::to_string(ticks) +
           " of=500 participants=" + std::to_string(lobby.participants()) +
           " contributors=" + std::to_string(lobby.contributors());
  };

  log.lateness(3, lobby, start);
  log.lateness(4, lobby, start + std::chrono::milliseconds{9'999});
  CHECK(logged.text() == late(3) + '\n');
  log.lateness(7, lobby, start + std::chrono::seconds{10});
  log.lateness(7, lobby, start + std::chrono::seconds{20});  // none since then

  CHECK(logged.text() == late(3) + '\n' + late(4) + '\n');
}
