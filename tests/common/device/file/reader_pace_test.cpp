#include "common/device/file/reader_pace.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>

using namespace voice;
using namespace std::chrono_literals;

namespace {

const AudioFormat format = AudioFormat::from_rate(8000).value();
const TimePoint start{12345h};
constexpr std::size_t frame = 160;
constexpr auto look = 5ms;

// A pipe whose writer writes whole frames, as AudioPump does, in simulated time.
class Pipe {
 public:
  // The writer writes whatever is wanted.
  void pump(Duration now) {
    while (pace.wanted(held, start + now) > 0) {
      pace.written(frame);
      held += frame;
      written += frame;
    }
  }
  // Returns how many samples were missing.
  std::size_t read(std::size_t count) {
    const std::size_t there = std::min(count, held);
    held -= there;
    return count - there;
  }

  ReaderPace pace{format};
  std::size_t held = 0;
  std::size_t written = 0;
};

// A reader with an inaccurate clock plays `lump` at a time, for ten minutes.
struct Heard {
  std::size_t missing = 0;  // after ten seconds
  std::size_t held_max = 0;
};
Heard play(Pipe& pipe, double ppm, std::chrono::milliseconds lump) {
  const auto lump_samples = static_cast<std::size_t>(lump.count() * 8);
  Heard heard;
  std::int64_t lumps = 0;
  for (Duration now{0}; now < 10min; now += look) {
    pipe.pump(now);
    heard.held_max = std::max(heard.held_max, pipe.held);
    for (; static_cast<double>(lumps) * lump / (1 + ppm * 1e-6) <= now; ++lumps) {
      const std::size_t missing = pipe.read(lump_samples);
      if (now > 10s) heard.missing += missing;
    }
  }
  return heard;
}

}  // namespace

TEST_CASE("a reader of stdout whose clock is off misses nothing, and waits for little",
          "[reader_pace]") {
  const double ppm = GENERATE(0, 500, -500, 5000, -5000, 20000, -20000);
  const auto lump = GENERATE(10ms, 20ms, 40ms, 100ms);
  CAPTURE(ppm, lump.count());
  Pipe pipe;
  const Heard heard = play(pipe, ppm, lump);

  CHECK(heard.missing == 0);
  CHECK(heard.held_max <= static_cast<std::size_t>(std::max(lump + 40ms, 75ms) / 1ms) * 8);
  CHECK_FALSE(pipe.pace.is_slow());
}

TEST_CASE("a reader that takes everything at once is fed by our clock, to the sample",
          "[reader_pace]") {
  Pipe pipe;
  for (Duration now{0}; now <= 10min; now += look) {
    pipe.pump(now);
    CHECK_FALSE(pipe.pace.is_slow());
    pipe.held = 0;
  }
  const std::size_t ahead = 3 * frame;  // 55 ms, in whole frames
  CHECK(pipe.written == 600 * 8000 + ahead);
}

TEST_CASE("a busy machine that holds up such a reader now and then does not stretch its sound",
          "[reader_pace]") {
  Pipe pipe;
  for (Duration now{0}; now <= 10min; now += look) {
    pipe.pump(now);
    const bool is_held_up = now % 1s < 25ms;
    if (!is_held_up) pipe.held = 0;
  }
  CHECK(pipe.written <= 600 * 8000 + 3 * frame);
}

TEST_CASE("a stall of the writer is made up for, to a reader that takes everything",
          "[reader_pace]") {
  Pipe pipe;
  for (Duration now{0}; now <= 20s; now += look) {
    if (now > 10s && now < 10s + 800ms) continue;
    pipe.pump(now);
    pipe.held = 0;
  }
  CHECK(pipe.written == 20 * 8000 + 3 * frame);
}

TEST_CASE("a reader that takes nothing is slow after a second, and the call goes on",
          "[reader_pace]") {
  Pipe pipe;
  Duration now{0};
  for (; now <= 900ms; now += look) pipe.pump(now);
  CHECK_FALSE(pipe.pace.is_slow());
  CHECK(pipe.written <= 4 * frame);
  for (; now <= 1200ms; now += look) pipe.pump(now);
  CHECK(pipe.pace.is_slow());
  const std::size_t before = pipe.written;
  for (; now <= 11200ms; now += look) pipe.pump(now);
  CHECK(pipe.written - before == 10 * 8000);
}

TEST_CASE("a reader that plays at half the pace is slow, until it has caught up", "[reader_pace]") {
  Pipe pipe;
  Duration now{0};
  for (; now <= 4s; now += look) {
    pipe.pump(now);
    pipe.read(20);
  }
  REQUIRE(pipe.pace.is_slow());
  pipe.held = 0;  // what was late has been dropped
  pipe.pump(now);
  CHECK_FALSE(pipe.pace.is_slow());
}

TEST_CASE("what a reader needs for one large lump is forgotten", "[reader_pace]") {
  Pipe pipe;
  const std::size_t before = pipe.pace.target_samples();
  for (Duration now{0}; now < 1min; now += look) {
    pipe.pump(now);
    pipe.read(now < 10s && now % 100ms == 0ms ? 800 : now < 10s ? 0 : 40);
    if (now == 9s) CHECK(pipe.pace.target_samples() > 800);
  }
  CHECK(pipe.pace.target_samples() == before);
}
