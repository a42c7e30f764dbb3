#include "server/metrics/health.hpp"

#include "tests/server/metrics/picture.hpp"
#include "tests/support/catch.hpp"

using namespace voiced;
using namespace std::chrono_literals;

namespace {

// A server that is checked once a second.
struct Watched {
  Watched() {
    status.late_ticks = 0;
    status.skipped_ticks = 0;
    second();
  }

  void second(int count = 1) {
    for (int i = 0; i < count; ++i) {
      now += 1s;
      REQUIRE(watch.is_due(now));
      watch.note(status, now);
      CHECK_FALSE(watch.is_due(now + 999ms));
    }
  }
  [[nodiscard]] std::string reason() const { return watch.health(status).reason; }

  HealthWatch watch;
  ServerStatus status = voice::test::busy_status();
  voice::TimePoint now{};
};

}  // namespace

TEST_CASE("a server whose ticks are on time is healthy, however loaded", "[metrics]") {
  Watched server;
  server.status.load = 3;
  server.status.draining = true;

  CHECK(server.watch.health(server.status).good);
}

TEST_CASE("a skipped tick makes the server unhealthy for ten seconds", "[metrics]") {
  Watched server;
  server.second(20);

  server.status.skipped_ticks += 40;
  CHECK(server.reason() == "40 ticks were skipped in the last 10 s");
  server.second(9);
  CHECK_FALSE(server.watch.health(server.status).good);
  server.second();
  CHECK(server.watch.health(server.status).good);
}

TEST_CASE("a few late ticks do not matter, many do", "[metrics]") {
  Watched server;
  server.second(3);

  server.status.late_ticks += 50;
  CHECK(server.reason() == "");
  server.status.late_ticks += 1;
  CHECK(server.reason() == "51 ticks were late in the last 10 s");
  server.second(10);
  CHECK(server.reason() == "");
}

TEST_CASE("a tick that is overdue is a reason at once", "[metrics]") {
  Watched server;
  server.status.since_tick = 200ms;
  CHECK(server.reason() == "");

  server.status.since_tick = 201ms;

  CHECK(server.reason() == "the last tick began 201 ms ago");
}

TEST_CASE("a server is ready while it would let a peer in", "[metrics]") {
  ServerStatus status = voice::test::busy_status();
  CHECK(readiness(status).good);

  status.load = 0.95;
  CHECK(readiness(status).reason == "busy: load 95 %, limit 90 %");
  status.participants = 1000;
  CHECK(readiness(status).reason == "full: participants-max is 1000");
  status.draining = true;
  CHECK(readiness(status).reason == "draining");
  status.stopping = true;
  CHECK(readiness(status).reason == "stopping");
  CHECK_FALSE(readiness(status).good);
}
