#include "common/device/playback_target.hpp"

#include "tests/support/catch.hpp"

using voice::PlaybackTarget;

TEST_CASE("the target starts at a block, a frame and a little", "[card]") {
  CHECK(PlaybackTarget(8000, 80).samples() == 80 + 160 + 80);
}

TEST_CASE("the target grows when it was reached and still too small", "[card]") {
  PlaybackTarget target(8000, 80);
  const std::size_t before = target.samples();

  target.observe(0, true);
  CHECK(target.samples() == before);
  target.observe(40, true);
  CHECK(target.samples() == before + 80);
  target.observe(40, true);  // no new gap
  CHECK(target.samples() == before + 80);
}

TEST_CASE("a writer that wrote too little does not make the target grow", "[card]") {
  PlaybackTarget target(8000, 80);
  const std::size_t before = target.samples();

  target.observe(500, false);
  target.observe(500, true);

  CHECK(target.samples() == before);
}

TEST_CASE("the target has an end", "[card]") {
  PlaybackTarget target(8000, 80);

  for (std::uint64_t gaps = 1; gaps < 100; ++gaps) target.observe(gaps, true);

  CHECK(target.samples() == 1200);  // 150 ms
}
