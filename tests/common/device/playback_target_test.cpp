#include "common/device/playback_target.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>

using voice::PlaybackTarget;
using voice::TimePoint;
using namespace std::chrono_literals;

namespace {

const TimePoint start{1h};

/// A card that takes `lump` samples every `interval`, and a call that writes every 5 ms what the
/// target wants. Returns how many samples were missing.
std::size_t run(PlaybackTarget& target, std::chrono::seconds duration, std::size_t lump,
                std::chrono::milliseconds interval) {
  static TimePoint now = start;
  static std::uint64_t gaps = 0;
  const auto gaps_before = gaps;
  std::size_t held = target.samples();
  const TimePoint end = now + duration;
  auto next_lump = now + interval;
  for (; now < end; now += 5ms) {
    if (now >= next_lump) {
      next_lump += interval;
      gaps += lump - std::min(lump, held);
      held -= std::min(lump, held);
    }
    target.observe({gaps, held, true}, now);
    held = std::max(held, target.samples());
  }
  return gaps - gaps_before;
}

}  // namespace

TEST_CASE("the target starts at a block, a frame and a little", "[card]") {
  CHECK(PlaybackTarget(8000, 80).samples() == 80 + 160 + 80);
}

TEST_CASE("the target grows when it was reached and still too small", "[card]") {
  PlaybackTarget target(8000, 80);
  const std::size_t before = target.samples();

  target.observe({0, 0, true}, start);
  CHECK(target.samples() == before);
  target.observe({40, 0, true}, start);
  CHECK(target.samples() == before + 80);
  target.observe({40, 0, true}, start);  // no new gap
  CHECK(target.samples() == before + 80);
}

TEST_CASE("a writer that wrote too little does not make the target grow", "[card]") {
  PlaybackTarget target(8000, 80);
  const std::size_t before = target.samples();

  target.observe({500, 0, false}, start);
  target.observe({500, 0, true}, start);

  CHECK(target.samples() == before);
}

TEST_CASE("the target has an upper limit", "[card]") {
  PlaybackTarget target(8000, 80);

  for (std::uint64_t gaps = 1; gaps < 100; ++gaps) target.observe({gaps, 0, true}, start);

  CHECK(target.samples() == 1200);  // 150 ms
}

TEST_CASE("what a bad spell has added is removed again, without a gap", "[card]") {
  PlaybackTarget target(8000, 80);
  const std::size_t before = target.samples();
  run(target, 5s, 1100, 137ms);
  REQUIRE(target.samples() >= 1040);

  CHECK(run(target, 200s, 80, 10ms) == 0);

  CHECK(target.samples() == before);
}

TEST_CASE("after a single bad spell the target is back within five seconds", "[card]") {
  PlaybackTarget target(8000, 80);
  const std::size_t before = target.samples();
  run(target, 1s, 1100, 137ms);
  REQUIRE(target.samples() > before + 80);

  CHECK(run(target, 5s, 80, 10ms) == 0);

  CHECK(target.samples() == before);
}

TEST_CASE("where bad spells come again and again, the target stays longer each time", "[card]") {
  PlaybackTarget target(8000, 80);
  std::size_t shrunk = 0;
  for (int spell = 0; spell < 10; ++spell) {
    run(target, 1s, 700, 87ms);
    const std::size_t needed = target.samples();
    run(target, 7s, 80, 10ms);
    shrunk += target.samples() < needed;
  }
  CHECK(shrunk <= 2);
}

TEST_CASE("a card that goes on taking lumps keeps the target it needs", "[card]") {
  PlaybackTarget target(8000, 80);
  run(target, 30s, 640, 80ms);
  const std::size_t needed = target.samples();

  CHECK(run(target, 600s, 640, 80ms) == 0);

  CHECK(target.samples() == needed);
}

TEST_CASE("the more often it is written to, and the less late, the less the target holds",
          "[card]") {
  CHECK(PlaybackTarget(8000, 80, {5ms, 10ms}).samples() == 80 + 40 + 80);
  CHECK(PlaybackTarget(8000, 40, {5ms, 5ms}).samples() == 40 + 40 + 40);
  CHECK(PlaybackTarget(8000, 160, {5ms, 40ms}).samples() == 160 + 40 + 320);
}

TEST_CASE("a card that is written to every 5 ms takes its blocks without a gap", "[card]") {
  PlaybackTarget target(8000, 80, {5ms, 10ms});
  const std::size_t before = target.samples();

  CHECK(run(target, 600s, 80, 10ms) == 0);

  CHECK(target.samples() == before);
}
