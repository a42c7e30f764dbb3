#include "common/playout/tick_schedule.hpp"

#include "tests/support/catch.hpp"

#include <random>

using std::chrono::microseconds;
using std::chrono::milliseconds;
using voice::TickSchedule;
using voice::TimePoint;

namespace {

const TimePoint start = TimePoint{} + std::chrono::hours{1};

int taken_at(TickSchedule& schedule, TimePoint now) {
  int count = 0;
  while (schedule.take(now)) ++count;
  return count;
}

}  // namespace

TEST_CASE("a tick is due at its time and not a nanosecond before", "[tick_schedule]") {
  TickSchedule schedule(start);

  CHECK_FALSE(schedule.take(start - std::chrono::nanoseconds{1}));
  CHECK(schedule.take(start));
  CHECK(schedule.lateness() == voice::Duration{0});
  CHECK_FALSE(schedule.take(start));
  CHECK(schedule.next() == start + milliseconds{20});
}

TEST_CASE("the lateness of one tick does not move the next", "[tick_schedule]") {
  TickSchedule schedule(start);

  CHECK(schedule.take(start + milliseconds{7}));

  CHECK(schedule.lateness() == milliseconds{7});
  CHECK(schedule.next() == start + milliseconds{20});
}

TEST_CASE("a day of late wake-ups does not drift", "[tick_schedule]") {
  TickSchedule schedule(start);
  std::mt19937 random(20);
  const int ticks = 24 * 3600 * voice::frames_per_second;
  int taken = 0;

  for (int i = 0; i < ticks; ++i) {
    taken += taken_at(schedule, schedule.next() + microseconds{random() % 19'000});
  }

  CHECK(taken == ticks);
  CHECK(schedule.next() == start + std::chrono::hours{24});
  CHECK(schedule.skipped() == 0);
}

TEST_CASE("missed ticks are run one after the other, each with its own lateness",
          "[tick_schedule]") {
  TickSchedule schedule(start);
  const TimePoint now = start + milliseconds{65};

  for (const int late_ms : {65, 45, 25, 5}) {
    CHECK(schedule.take(now));
    CHECK(schedule.lateness() == milliseconds{late_ms});
  }
  CHECK_FALSE(schedule.take(now));
  CHECK(schedule.skipped() == 0);
}

TEST_CASE("no more ticks than the limit are caught up, the rest is skipped and counted",
          "[tick_schedule]") {
  struct Row {
    const char* what;
    int late_ms, taken, skipped;
  };
  const auto row = GENERATE(values<Row>({{"on time", 0, 1, 0},
                                         {"at the limit", 200, 11, 0},
                                         {"nearly a tick beyond", 219, 11, 0},
                                         {"a tick beyond", 220, 11, 1},
                                         {"a suspended machine", 3'600'000, 11, 179'990}}));
  INFO(row.what);
  TickSchedule schedule(start);

  CHECK(taken_at(schedule, start + milliseconds{row.late_ms}) == row.taken);

  CHECK(schedule.skipped() == static_cast<std::uint64_t>(row.skipped));
  CHECK(schedule.next() == start + milliseconds{20} * (row.late_ms / 20 + 1));
}

TEST_CASE("skipping keeps to the grid of deadlines", "[tick_schedule]") {
  TickSchedule schedule(start);

  CHECK(schedule.take(start + milliseconds{1013}));

  // 50 ticks behind, 10 of which are caught up: this one was due at 800 ms.
  CHECK(schedule.skipped() == 40);
  CHECK(schedule.lateness() == milliseconds{213});
  CHECK(schedule.next() == start + milliseconds{820});
}

TEST_CASE("the caller chooses the period and the catch-up limit", "[tick_schedule]") {
  TickSchedule schedule(start, milliseconds{5}, 0);

  CHECK(taken_at(schedule, start + milliseconds{4}) == 1);
  CHECK(taken_at(schedule, start + milliseconds{23}) == 1);
  CHECK(schedule.skipped() == 3);
  CHECK(schedule.next() == start + milliseconds{25});
}

TEST_CASE("future ticks can be moved, later and earlier", "[tick_schedule]") {
  TickSchedule schedule(start);
  CHECK(taken_at(schedule, start) == 1);

  schedule.shift(milliseconds{5});
  CHECK(taken_at(schedule, start + milliseconds{24}) == 0);
  CHECK(taken_at(schedule, start + milliseconds{25}) == 1);

  schedule.shift(-milliseconds{15});
  CHECK(taken_at(schedule, start + milliseconds{30}) == 1);
  CHECK(schedule.next() == start + milliseconds{50});
  CHECK(schedule.skipped() == 0);
}
