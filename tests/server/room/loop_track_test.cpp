// Comparing what a talker says with what it heard: an echo is found with its lag and its gain, as
// soon as enough ticks are known.
#include "server/room/loop_track.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

using voiced::loop_points_per_tick;
using voiced::LoopPoints;
using voiced::LoopTrack;

namespace {

// What is heard, and what is said: its echo `lag` points later with `gain`, and some noise.
class Echo {
 public:
  Echo(std::size_t lag, double gain, double heard_level, double noise_level)
      : lag_(lag), gain_(gain), heard_level_(heard_level), noise_level_(noise_level) {}

  void add_to(LoopTrack& track, std::size_t ticks) {
    for (std::size_t i = 0; i < ticks; ++i) {
      LoopPoints said, heard;
      for (std::size_t p = 0; p < loop_points_per_tick; ++p) {
        all_heard_.push_back(heard_level_ * random());
        const std::size_t at = all_heard_.size() - 1;
        const double echo = at < lag_ ? 0 : gain_ * all_heard_[at - lag_];
        heard[p] = point(all_heard_.back());
        said[p] = point(echo + noise_level_ * random());
      }
      track.add(said, heard);
    }
  }

 private:
  double random() { return normal_(engine_); }
  static std::int16_t point(double value) {
    return static_cast<std::int16_t>(std::clamp(std::lround(value), -32768L, 32767L));
  }

  std::mt19937 engine_{7};
  std::normal_distribution<double> normal_;
  std::size_t lag_;
  double gain_, heard_level_, noise_level_;
  std::vector<double> all_heard_;
};

constexpr std::size_t ticks_for_one_lag = 19;  // 320 ms to compare, and 60 ms for the shortest lag

}  // namespace

TEST_CASE("an echo is found with its lag and gain, at any level", "[howl_guard]") {
  const std::size_t lag = GENERATE(120U, 121U, 503U, 859U, 860U);
  const double level = GENERATE(60.0, 3000.0, 12000.0);
  const double gain = GENERATE(0.1, 1.0, 1.5);
  CAPTURE(lag, level, gain);
  LoopTrack track;
  track.follow(3);
  Echo(lag, gain, std::min(level / gain, 12000.0), 0).add_to(track, 70);
  const auto found = track.compare();
  CHECK(found.lag == lag);
  CHECK(found.correlation > 0.98);
  CHECK(found.correlation < 1.02);
  CHECK(found.next_best < 0.3);
  CHECK(found.gain == Approx(gain).epsilon(0.05));
}

TEST_CASE("an echo in noise correlates as much as it has of the power", "[howl_guard]") {
  LoopTrack track;
  track.follow(3);
  Echo(400, 1, 3000, 3000).add_to(track, 70);
  const auto found = track.compare();
  CHECK(found.lag == 400);
  CHECK(found.correlation == Approx(std::sqrt(0.5)).margin(0.06));
  CHECK(found.gain == Approx(std::sqrt(2.0)).epsilon(0.1));
}

TEST_CASE("what is known grows tick by tick, and a lag is found as soon as it can be",
          "[howl_guard]") {
  LoopTrack track;
  track.follow(3);
  Echo echo(120, 1, 3000, 0);
  for (std::size_t ticks = 1; ticks < ticks_for_one_lag; ++ticks) {
    echo.add_to(track, 1);
    REQUIRE(track.compare().lag == 0);
  }
  for (std::size_t ticks = ticks_for_one_lag; ticks < 70; ++ticks) {
    echo.add_to(track, 1);
    REQUIRE(track.compare().lag == 120);
    REQUIRE(track.compare().correlation > 0.98);
  }
}

TEST_CASE("silence, said or heard, is no echo", "[howl_guard]") {
  LoopTrack track;
  track.follow(3);
  SECTION("said") {
    Echo(400, 0.002, 3000, 0).add_to(track, 70);
  }
  SECTION("heard") {
    Echo(400, 100, 10, 0).add_to(track, 70);
  }
  SECTION("both") {
    Echo(400, 1, 0, 0).add_to(track, 70);
  }
  CHECK(track.compare().lag == 0);
  CHECK(track.compare().correlation == 0);
}
