#include "common/device/pacer.hpp"

#include "tests/common/device/formats.hpp"
#include "tests/support/catch.hpp"

using namespace voice;
using voice::test::format;
using namespace std::chrono_literals;

namespace {

const TimePoint start{12345h};

}  // namespace

TEST_CASE("exactly the rate's number of samples is due each second, for days", "[pacer]") {
  const int rate_hz = GENERATE(5000, 8000, 11025, 22050, 44100, 48000);
  Pacer pacer(format(rate_hz), 0ms, 1000ms);
  std::int64_t taken = 0;
  CHECK(pacer.due(start) == 0);

  for (int step = 1; step <= 100 * 3; ++step) {  // 7 ms does not divide a second
    const std::size_t due = pacer.due(start + step * 7ms);
    pacer.take(due);
    taken += static_cast<std::int64_t>(due);
    CHECK(taken == std::int64_t{step} * 7 * rate_hz / 1000);
  }
}

TEST_CASE("pacing is exact after ten days", "[pacer]") {
  Pacer pacer(format(48000), 0ms, 1000ms);
  CHECK(pacer.due(start) == 0);
  pacer.take(std::size_t{48000} * 3600 * 240);

  CHECK(pacer.due(start + 240h) == 0);
  CHECK(pacer.due(start + 240h + 1s) == 48000);
}

TEST_CASE("the lead is due at once and only once", "[pacer]") {
  Pacer pacer(format(8000), 25ms, 200ms);

  CHECK(pacer.due(start) == 200);
  pacer.take(200);
  CHECK(pacer.due(start) == 0);
  CHECK(pacer.due(start + 20ms) == 160);
}

TEST_CASE("what was not taken within the limit is given up", "[pacer]") {
  Pacer pacer(format(8000), 0ms, 200ms);
  CHECK(pacer.due(start) == 0);

  CHECK(pacer.due(start + 10s) == 1600);
  pacer.take(1600);
  CHECK(pacer.due(start + 10s) == 0);
  CHECK(pacer.due(start + 10s + 20ms) == 160);
}

TEST_CASE("taking more than is due is made up for later", "[pacer]") {
  Pacer pacer(format(8000), 0ms, 200ms);
  CHECK(pacer.due(start) == 0);
  pacer.take(320);

  CHECK(pacer.due(start + 20ms) == 0);
  CHECK(pacer.due(start + 60ms) == 160);
}

TEST_CASE("a clock that steps back makes nothing due", "[pacer]") {
  Pacer pacer(format(11025), 0ms, 200ms);
  CHECK(pacer.due(start) == 0);

  CHECK(pacer.due(start - 1s) == 0);
}

TEST_CASE("a restarted pacer begins with its next question", "[pacer]") {
  Pacer pacer(format(8000), 0ms, 200ms);
  CHECK(pacer.due(start) == 0);
  pacer.restart();

  CHECK(pacer.due(start + 100ms) == 0);
  CHECK(pacer.due(start + 120ms) == 160);
}
