#include "common/playout/delay_control.hpp"

#include "tests/support/catch.hpp"

using voice::AudioFormat;
using voice::DelayControl;

namespace {

constexpr int ms = 8;  // samples
constexpr int beats_per_s = 10;

DelayControl control_at(std::chrono::milliseconds standing_max = std::chrono::milliseconds{500}) {
  DelayControl control(*AudioFormat::from_rate(8000), standing_max);
  control.begin();
  return control;
}

// A stream whose ticks leave `level`, and once every `period_s` for a beat `late` less. What is in
// surplus or missing is corrected as soon as it is told.
std::ptrdiff_t run(DelayControl& control, std::ptrdiff_t level, int seconds,
                   std::ptrdiff_t late = 0, int period_s = 1) {
  for (int beat = 0; beat < seconds * beats_per_s; ++beat) {
    const bool is_late = late != 0 && beat % (period_s * beats_per_s) == 3;
    const std::ptrdiff_t left = is_late ? level - late : level;
    if (left < 0) control.corrected(-left);
    control.beat(std::max<std::ptrdiff_t>(left, 0), false);
    if (left < 0) level -= left;
    const std::ptrdiff_t surplus = control.surplus();
    if (surplus != 0) control.corrected(-surplus);
    level -= surplus;
  }
  return level;
}

}  // namespace

TEST_CASE("a stream that is never late keeps a packet in hand", "[delay_control]") {
  DelayControl control = control_at();

  const auto level = run(control, 200 * ms, 20);

  CHECK(control.lateness() == 0);
  CHECK(control.goal() == 20 * ms);
  CHECK(level >= 15 * ms);
  CHECK(level <= 30 * ms);
}

TEST_CASE("lateness that comes again and again is provided for", "[delay_control]") {
  DelayControl control = control_at();

  const auto level = run(control, 20 * ms, 60, 150 * ms);

  CHECK(control.lateness() == 150 * ms);
  CHECK(level >= 165 * ms);
  CHECK(level <= 180 * ms);
}

TEST_CASE("a stall that comes once raises nothing, and its delay is surplus at once",
          "[delay_control]") {
  DelayControl control = control_at();
  auto level = run(control, 20 * ms, 30);

  control.corrected(1000 * ms);
  control.beat(0, true);
  control.beat(1000 * ms + level, false);

  CHECK(control.surplus() > 950 * ms);
  level = run(control, 1000 * ms + level, 5);
  CHECK(control.goal() == 20 * ms);
  CHECK(level <= 30 * ms);
}

TEST_CASE("a bad spell is over four seconds after it has ended", "[delay_control]") {
  DelayControl control = control_at();
  auto level = run(control, 20 * ms, 60, 300 * ms);
  REQUIRE(control.goal() == 320 * ms);

  level = run(control, level, 5);

  CHECK(control.goal() <= 40 * ms);
  CHECK(level <= 50 * ms);
}

TEST_CASE("lateness of an ordinary network does not move the goal up and down", "[delay_control]") {
  DelayControl control = control_at();
  auto level = run(control, 20 * ms, 60, 20 * ms, 6);
  REQUIRE(control.goal() == 40 * ms);

  std::ptrdiff_t changes = 0;
  for (int second = 0; second < 60; ++second) {
    const auto goal = control.goal();
    level = run(control, level, 1, second % 6 == 0 ? 20 * ms : 0);
    changes += control.goal() != goal ? 1 : 0;
  }

  CHECK(changes == 0);
}

TEST_CASE("nothing is surplus that is not there", "[delay_control]") {
  DelayControl control = control_at();
  (void)run(control, 20 * ms, 10);

  // All packets are late from now on, by so much: each tick leaves little.
  control.corrected(300 * ms);
  control.beat(5 * ms, false);

  CHECK(control.surplus() <= 0);
}

TEST_CASE("the goal is never more than what may stand", "[delay_control]") {
  DelayControl control = control_at(std::chrono::milliseconds{120});
  (void)run(control, 20 * ms, 60, 400 * ms);
  CHECK(control.goal() == 120 * ms);

  control.set_standing_max(std::chrono::milliseconds{60});
  CHECK(control.goal() == 60 * ms);
}

TEST_CASE("a new talk spurt remembers how late the way is", "[delay_control]") {
  DelayControl control = control_at();
  (void)run(control, 20 * ms, 60, 150 * ms);
  const auto goal = control.goal();

  control.begin();

  CHECK(control.goal() == goal);
  CHECK(control.surplus() == 0);
  control.beat(goal, false);
  CHECK(control.surplus() == 0);
}

TEST_CASE("packets that come early between two ticks need less in reserve", "[delay_control]") {
  struct Row {
    std::ptrdiff_t slack, goal;
  };
  const auto row = GENERATE(
      values<Row>({{0, 20 * ms}, {12 * ms, 8 * ms}, {15 * ms, 5 * ms}, {20 * ms, 5 * ms}}));
  DelayControl control = control_at();
  control.set_slack(row.slack);

  const auto level = run(control, 200 * ms, 20);

  CHECK(control.goal() == row.goal);
  CHECK(level >= row.goal - 5 * ms);
  CHECK(level <= row.goal + 10 * ms);

  // Lateness is provided for as ever, and the reserve comes back when it is needed.
  run(control, level, 60, 150 * ms);
  CHECK(control.goal() == row.goal + 150 * ms);
  control.set_slack(0);
  CHECK(control.goal() == 170 * ms);
}
