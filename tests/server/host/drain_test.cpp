#include "server/host/drain.hpp"

#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using voiced::Drain;
using voiced::DrainCrowd;
using voiced::DrainStep;

namespace {

constexpr voice::TimePoint start{std::chrono::hours{1}};
constexpr DrainCrowd two{.participants = 2};

}  // namespace

TEST_CASE("without a drain nothing ends", "[drain]") {
  Drain drain(1h);

  CHECK(drain.step({}, start) == DrainStep::wait);
  CHECK_FALSE(drain.is_active());
}

TEST_CASE("a drain ends with the last participant", "[drain]") {
  Drain drain(1h);
  drain.begin(start);
  CHECK(drain.is_active());
  CHECK(drain.step(two, start) == DrainStep::tell);
  CHECK(drain.step(two, start + 1s) == DrainStep::wait);

  CHECK(drain.step({}, start + 2s) == DrainStep::empty);
}

TEST_CASE("strangers alone do not hold up a drain", "[drain]") {
  Drain drain(1h);
  drain.begin(start);

  CHECK(drain.step({.participants = 3, .strangers = 2}, start) == DrainStep::tell);
  CHECK(drain.step({.participants = 2, .strangers = 2}, start + 1s) == DrainStep::empty);
}

TEST_CASE("strangers hold up a drain while they hear the server's own microphone", "[drain]") {
  Drain drain(1h);
  drain.begin(start);

  const DrainCrowd listeners{.participants = 2, .strangers = 2, .server_speaks = true};
  CHECK(drain.step(listeners, start) == DrainStep::tell);
  CHECK(drain.step({.server_speaks = true}, start + 1s) == DrainStep::empty);
}

TEST_CASE("a drain reports once a minute which peers it is waiting for, and has a deadline",
          "[drain]") {
  Drain drain(3min);
  drain.begin(start);
  int told = 0;
  auto now = start;
  DrainStep step = drain.step(two, now);
  for (; step != DrainStep::deadline; step = drain.step(two, now)) {
    REQUIRE(now < start + 3min);
    if (step == DrainStep::tell) ++told;
    now += 1s;
  }

  CHECK(told == 3);
  CHECK(now == start + 3min);
  CHECK(drain.left(start + 1min) == 2min);
  CHECK(drain.left(start + 5min) == 0min);
}

TEST_CASE("a new limit applies to a drain in progress", "[drain]") {
  Drain drain(1h);
  drain.begin(start);
  drain.set_limit(10s);

  CHECK(drain.step(two, start + 10s) == DrainStep::deadline);
}

TEST_CASE("a cancelled drain ends nothing", "[drain]") {
  Drain drain(1min);
  drain.begin(start);
  drain.cancel();

  CHECK_FALSE(drain.is_active());
  CHECK(drain.step({}, start + 1h) == DrainStep::wait);
}
