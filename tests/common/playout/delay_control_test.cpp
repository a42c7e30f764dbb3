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

// A stream whose ticks leave `level` samples in reserve, and `late` fewer for one beat in every
// `period_s`. Surplus and shortage are corrected as soon as they are reported.
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

TEST_CASE(
    "a stream that is never late keeps one packet, and what is too little to correct, in reserve",
    "[delay_control]") {
  DelayControl control = control_at();

  const auto level = run(control, 200 * ms, 20);

  CHECK(control.lateness() == 0);
  CHECK(control.goal() == 25 * ms);
  CHECK(level >= 20 * ms);
  CHECK(level <= 30 * ms);
}

TEST_CASE("clocks that have drifted apart by a packet make nothing late", "[delay_control]") {
  DelayControl control = control_at();
  std::ptrdiff_t level = run(control, 30 * ms, 20);

  for (int i = 0; i < 5; ++i) {
    level = run(control, level - 20 * ms, 8);
    CHECK(control.lateness() == 0);
    CHECK(level >= 20 * ms);
    CHECK(level <= 30 * ms);
  }
}

TEST_CASE("a surplus that is being removed ends lower than it must be to begin with",
          "[delay_control]") {
  DelayControl control = control_at();
  const auto beats = [&](std::ptrdiff_t level, int count) {
    for (; count > 0; --count) control.beat(level, false);
    return control.surplus();
  };
  CHECK(beats(34 * ms, 60) == 0);
  CHECK(beats(36 * ms, 1) == 11 * ms);
  control.corrected(-4 * ms);
  CHECK(beats(32 * ms, 1) == 7 * ms);
  control.corrected(-4 * ms);
  CHECK(beats(28 * ms, 1) == 0);
}

TEST_CASE("a beat without the low point of the lumps takes nothing out", "[delay_control]") {
  DelayControl control = control_at();
  REQUIRE(run(control, 25 * ms, 20) == 25 * ms);

  control.beat(45 * ms, false);
  CHECK(control.surplus() == 0);
  control.beat(45 * ms, false);
  CHECK(control.surplus() == 20 * ms);

  // After a stall, the surplus is beyond doubt.
  control.corrected(-20 * ms);
  control.beat(25 * ms, false);
  control.beat(325 * ms, false);
  CHECK(control.surplus() == 300 * ms);
}

TEST_CASE("repeated lateness is provided for", "[delay_control]") {
  DelayControl control = control_at();

  const auto level = run(control, 20 * ms, 60, 150 * ms);

  CHECK(control.lateness() == 150 * ms);
  CHECK(level >= 165 * ms);
  CHECK(level <= 180 * ms);
}

TEST_CASE("a single stall does not raise the goal, and its delay is surplus at once",
          "[delay_control]") {
  DelayControl control = control_at();
  auto level = run(control, 20 * ms, 30);

  control.corrected(1000 * ms);
  control.beat(0, true);
  control.beat(1000 * ms + level, false);

  CHECK(control.surplus() > 950 * ms);
  level = run(control, 1000 * ms + level, 5);
  CHECK(control.goal() == 25 * ms);
  CHECK(level <= 30 * ms);
}

TEST_CASE("a bad spell is forgotten four seconds after it has ended, a worse one after three",
          "[delay_control]") {
  struct Row {
    int late_ms, kept_s;
  };
  const Row row = GENERATE(Row{150, 4}, Row{300, 3});
  DelayControl control = control_at();
  auto level = run(control, 20 * ms, 60, row.late_ms * ms);
  const auto goal = control.goal();
  REQUIRE(goal >= (row.late_ms + 20) * ms);

  // The last bad beat was 0.6 s before the end.
  level = run(control, level, row.kept_s - 1);
  CHECK(control.goal() == goal);
  level = run(control, level, 1);
  CHECK(control.goal() <= 40 * ms);
  CHECK(level <= 50 * ms);
}

TEST_CASE("no more is surplus than is held", "[delay_control]") {
  DelayControl control = control_at();
  (void)run(control, 20 * ms, 10);

  // From now on, all packets are 300 ms late: each tick leaves little.
  control.corrected(300 * ms);
  control.beat(5 * ms, false);

  CHECK(control.surplus() <= 0);
}

TEST_CASE("the goal never exceeds its limit", "[delay_control]") {
  DelayControl control = control_at(std::chrono::milliseconds{120});
  (void)run(control, 20 * ms, 60, 400 * ms);
  CHECK(control.goal() == 120 * ms);

  control.set_standing_max(std::chrono::milliseconds{60});
  CHECK(control.goal() == 60 * ms);
}

TEST_CASE("a new talk spurt remembers how late packets are", "[delay_control]") {
  DelayControl control = control_at();
  (void)run(control, 20 * ms, 60, 150 * ms);
  const auto goal = control.goal();

  control.begin();

  CHECK(control.goal() == goal);
  CHECK(control.surplus() == 0);
  control.beat(goal, false);
  CHECK(control.surplus() == 0);
}

TEST_CASE("packets that arrive early between two ticks need less in reserve", "[delay_control]") {
  struct Row {
    std::ptrdiff_t slack, reserve;
  };
  const auto row = GENERATE(
      values<Row>({{0, 20 * ms}, {12 * ms, 8 * ms}, {15 * ms, 5 * ms}, {20 * ms, 5 * ms}}));
  DelayControl control = control_at();
  control.set_slack(row.slack);

  const auto level = run(control, 200 * ms, 20);

  CHECK(control.goal() == row.reserve + 5 * ms);
  CHECK(level >= row.reserve);
  CHECK(level <= row.reserve + 15 * ms);

  // Lateness is still provided for, and without slack the whole reserve comes back.
  run(control, level, 60, 150 * ms);
  CHECK(control.goal() == row.reserve + 150 * ms);
  control.set_slack(0);
  CHECK(control.goal() == 170 * ms);
}
