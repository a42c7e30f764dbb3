#include "common/playout/arrival_phase.hpp"

#include "tests/support/catch.hpp"

using voice::ArrivalPhase;
using namespace std::chrono_literals;

namespace {

void observe(ArrivalPhase& phase, int times, voice::Duration waited) {
  for (int i = 0; i < times; ++i) phase.observe(waited);
}

}  // namespace

TEST_CASE("packets that always wait may be late by that, less a margin", "[arrival_phase]") {
  ArrivalPhase phase(50, 2);
  observe(phase, 99, 15ms);
  CHECK(phase.slack() == 0ms);  // too early to tell
  observe(phase, 1, 15ms);
  CHECK(phase.slack() == 12ms);
}

TEST_CASE("packets that come just before a tick may not be late", "[arrival_phase]") {
  ArrivalPhase phase(50, 2);
  observe(phase, 1000, GENERATE(as<voice::Duration>{}, 0ms, 1ms, 3ms));
  CHECK(phase.slack() == 0ms);
}

TEST_CASE("if packets come at any time, the earliest tick counts", "[arrival_phase]") {
  ArrivalPhase phase(50, 2);
  for (int i = 0; i < 1000; ++i) phase.observe((i * 7 % 20) * 1ms);
  CHECK(phase.slack() == 0ms);
}

TEST_CASE("two outliers in a window change nothing, three do, for four windows",
          "[arrival_phase]") {
  ArrivalPhase phase(50, 2);
  observe(phase, 200, 15ms);
  observe(phase, 2, 1ms);
  observe(phase, 48, 15ms);
  CHECK(phase.slack() == 12ms);

  observe(phase, 3, 8ms);
  observe(phase, 47, 15ms);
  CHECK(phase.slack() == 5ms);
  observe(phase, 150, 15ms);
  CHECK(phase.slack() == 5ms);
  observe(phase, 50, 15ms);
  CHECK(phase.slack() == 12ms);
}

TEST_CASE("packets that are late, or not expected, do not count", "[arrival_phase]") {
  ArrivalPhase phase(2, 0);
  observe(phase, 4, 10ms);
  REQUIRE(phase.slack() == 7ms);

  observe(phase, 1000, 21ms);
  observe(phase, 1000, 1h);
  observe(phase, 1000, -1ms);
  CHECK(phase.slack() == 7ms);

  observe(phase, 2, 20ms);
  CHECK(phase.slack() == 7ms);
  observe(phase, 1, 4ms);
  CHECK(phase.slack() == 7ms);
  observe(phase, 1, 20ms);
  CHECK(phase.slack() == 1ms);
}
