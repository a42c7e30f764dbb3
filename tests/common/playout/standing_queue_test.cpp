#include "common/playout/standing_queue.hpp"

#include "tests/support/catch.hpp"

using voice::StandingQueue;
using voice::TimePoint;
using namespace std::chrono_literals;

TEST_CASE("what was not needed for a second is surplus, except for what may stay", "[queue]") {
  StandingQueue queue(160);
  const TimePoint start{1h};
  std::size_t dropped = 0;

  for (auto at = 0ms; at < 1s; at += 20ms) dropped += queue.surplus(2000 + 160, start + at);
  CHECK(dropped == 0);
  dropped += queue.surplus(2400, start + 1s);

  CHECK(dropped == 2000);
}

TEST_CASE("a queue that is emptied in lumps is left alone", "[queue]") {
  StandingQueue queue(160);
  const TimePoint start{1h};
  for (int tick = 0; tick < 1000; ++tick) {
    const auto held = static_cast<std::size_t>(tick % 10) * 160;
    CHECK(queue.surplus(held, start + tick * 20ms) == 0);
  }
}
