// A gain for every sample: no higher than the loudest mix allows, and no steeper than it must be.
#include "server/room/limiter.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/slow_limiter.hpp"

#include <cmath>
#include <cstdlib>
#include <numbers>
#include <random>
#include <vector>

using voice::test::SlowLimiter;
using voiced::Limiter;

namespace {

using Levels = std::vector<std::int32_t>;

constexpr std::int32_t full_scale = Limiter::ceiling;

// The loudest sample after the gains have been applied, rounded up.
std::int64_t loudest(const Levels& levels, const Levels& gains) {
  std::int64_t most = 0;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    most = std::max(most, (std::int64_t{levels[i]} * gains[i] + 65535) >> 16);
  }
  return most;
}

std::int32_t steepest(std::int32_t before, const Levels& gains) {
  std::int32_t most = 0;
  for (const std::int32_t gain : gains) {
    most = std::max(most, std::abs(gain - before));
    before = gain;
  }
  return most;
}

Levels random_levels(std::mt19937& random, std::size_t samples) {
  const auto shift = random() % 14;  // from well below full scale up to the sum of thousands
  Levels levels(samples);
  for (auto& level : levels) {
    level = static_cast<std::int32_t>((random() % (1U << 14)) << shift);
    if (random() % 8 != 0) level /= 16;
  }
  return levels;
}

}  // namespace

TEST_CASE("what is not louder than full scale is not changed", "[limiter]") {
  Limiter limiter;
  Levels levels(160, full_scale);
  CHECK_FALSE(limiter.shape(levels));
  levels.assign(160, 32768);  // the lowest sample of 16 bits
  CHECK_FALSE(limiter.shape(levels));
  levels.assign(160, full_scale);
  CHECK_FALSE(limiter.release(levels));
  CHECK(limiter.gain() == Limiter::unity);
  CHECK(limiter.gain_db() == 0.0);
}

TEST_CASE("whatever comes, nothing exceeds full scale, and the slow limiter has the same gains",
          "[limiter]") {
  const auto seed = GENERATE(range(1U, 9U));
  const auto samples = GENERATE(1U, 2U, 160U, 221U, 960U);
  INFO("seed " << seed << ", samples " << samples);
  std::mt19937 random(seed);
  Limiter limiter;
  SlowLimiter slow;

  for (int tick = 0; tick < 60; ++tick) {
    if (random() % 8 == 0) {
      limiter.rest();
      slow.rest();
    }
    const Levels levels = random_levels(random, samples);
    const auto wanted = slow.shape({levels.begin(), levels.end()});
    Levels gains = levels;
    if (!limiter.shape(gains)) gains.assign(samples, Limiter::unity);

    REQUIRE(loudest(levels, gains) <= full_scale);
    REQUIRE(std::vector<std::int64_t>(gains.begin(), gains.end()) == wanted);
    REQUIRE(limiter.gain() == gains.back());
  }
}

TEST_CASE("before a peak the gain falls in one straight line, and stays down after it",
          "[limiter]") {
  Limiter limiter;
  Levels gains(160, 1000);
  gains[99] = 2 * full_scale;

  REQUIRE(limiter.shape(gains));

  CHECK(gains[99] == Limiter::unity / 2);
  CHECK(gains[159] == Limiter::unity / 2);
  CHECK(gains[49] == Limiter::unity * 3 / 4);
  CHECK(steepest(Limiter::unity, gains) <= Limiter::unity / 2 / 100 + 1);
}

TEST_CASE("the gain falls no more steeply than the steepest of its peaks demands", "[limiter]") {
  Limiter limiter;
  Levels gains(160, 1000);
  gains[9] = full_scale + full_scale / 19;  // 5 % off within ten samples
  gains[159] = 10 * full_scale;             // 90 % off within all of them

  REQUIRE(limiter.shape(gains));

  CHECK(steepest(Limiter::unity, gains) <= Limiter::unity * 9 / 10 / 160 + 1);
  CHECK(gains[159] == Limiter::unity / 10);
}

TEST_CASE("a peak at the first sample is held down at once", "[limiter]") {
  Limiter limiter;
  Levels gains(160, 1000);
  gains[0] = 2 * full_scale;

  REQUIRE(limiter.shape(gains));

  CHECK(gains == Levels(160, Limiter::unity / 2));
}

TEST_CASE("the gain rises by 1 dB a tick, up to exactly 0 dB, without a step", "[limiter]") {
  const bool talks = GENERATE(false, true);
  INFO((talks ? "while somebody talks softly" : "in silence"));
  Limiter limiter;
  Levels gains(160, 2 * full_scale);
  REQUIRE(limiter.shape(gains));
  REQUIRE(limiter.gain_db() == Approx(-6.02).margin(0.01));

  int ticks = 0;
  while (limiter.gain() != Limiter::unity) {
    REQUIRE(++ticks < 20);
    const std::int32_t before = limiter.gain();
    if (!talks) {
      limiter.rest();
    } else {
      REQUIRE(limiter.release(gains));
      CHECK(steepest(before, gains) <= before / 8 / 160 + 1);
      CHECK(gains.back() == limiter.gain());
    }
    CHECK(limiter.gain() <= before * 9 / 8 + 1);
  }
  CHECK(ticks == 6);  // 120 ms for 6 dB
}

TEST_CASE("during a steady tone the gain is constant", "[limiter]") {
  Limiter limiter;
  Levels gains(160);
  for (int tick = 0; tick < 50; ++tick) {
    for (std::size_t i = 0; i < gains.size(); ++i) {
      const double turn = 2 * std::numbers::pi * 400 / 8000 * static_cast<double>(i);
      gains[i] = static_cast<std::int32_t>(std::abs(100'000 * std::sin(turn)));
    }
    REQUIRE(limiter.shape(gains));
    if (tick > 0) CHECK(gains == Levels(160, gains[0]));
  }
}
