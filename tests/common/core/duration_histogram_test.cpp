#include "common/core/duration_histogram.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using voice::Duration;
using voice::DurationHistogram;

TEST_CASE("an empty histogram has no values", "[duration_histogram]") {
  const DurationHistogram histogram;

  CHECK(histogram.count() == 0);
  CHECK(histogram.sum() == Duration{0});
  CHECK(histogram.max() == Duration{0});
  CHECK(histogram.percentile(0.0) == Duration{0});
  CHECK(histogram.percentile(1.0) == Duration{0});
  CHECK(histogram.count_up_to(hours{1}) == 0);
}

TEST_CASE("count, sum and maximum are exact", "[duration_histogram]") {
  DurationHistogram histogram;
  histogram.add(microseconds{3});
  histogram.add(milliseconds{20});
  histogram.add(microseconds{1});

  CHECK(histogram.count() == 3);
  CHECK(histogram.sum() == microseconds{20'004});
  CHECK(histogram.max() == milliseconds{20});
}

TEST_CASE("a single value is its own percentile", "[duration_histogram]") {
  const auto us = GENERATE(1, 2, 3, 5, 7, 1000, 19'999, 1'234'567);
  DurationHistogram histogram;
  histogram.add(microseconds{us});

  for (const double share : {0.0, 0.5, 0.99, 1.0}) {
    CHECK(histogram.percentile(share) == microseconds{us});
  }
}

TEST_CASE("percentiles lie above the true value, by a bucket's width at most",
          "[duration_histogram]") {
  const auto seed = GENERATE(1U, 2U, 3U);
  std::mt19937 random(seed);
  std::lognormal_distribution<double> spread(7.0, 2.0);
  DurationHistogram histogram;
  std::vector<Duration> values(5000);
  for (Duration& value : values) {
    value = microseconds{8 + static_cast<std::int64_t>(spread(random))};
    histogram.add(value);
  }
  std::sort(values.begin(), values.end());

  for (const double share : {0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank = static_cast<std::size_t>(std::ceil(share * 5000.0));
    const Duration truth = values[rank - 1];
    const Duration told = histogram.percentile(share);
    INFO("share " << share << ", true " << truth.count() << ", reported " << told.count());
    CHECK(told >= truth);
    // The bounds of a bucket are at most a factor of 5/4 apart; times are rounded to a microsecond.
    CHECK(told <= truth * 5 / 4 + microseconds{1});
  }
}

TEST_CASE("percentiles never fall as the share rises", "[duration_histogram]") {
  std::mt19937 random(5);
  DurationHistogram histogram;
  for (int i = 0; i < 300; ++i) histogram.add(microseconds{random() % 100'000});

  Duration before{0};
  for (int share = 0; share <= 1000; ++share) {
    const Duration now = histogram.percentile(share / 1000.0);
    REQUIRE(now >= before);
    before = now;
  }
  CHECK(before == histogram.max());
}

TEST_CASE("values below a microsecond or above an hour are counted, too", "[duration_histogram]") {
  DurationHistogram histogram;
  histogram.add(Duration{0});
  histogram.add(std::chrono::nanoseconds{-5});
  histogram.add(hours{1000});

  CHECK(histogram.count() == 3);
  CHECK(histogram.sum() == hours{1000});
  CHECK(histogram.percentile(0.5) <= microseconds{2});
  CHECK(histogram.max() == hours{1000});
}

TEST_CASE("values far below a limit count as within it, values above do not",
          "[duration_histogram]") {
  DurationHistogram histogram;
  for (int i = 0; i < 10; ++i) histogram.add(milliseconds{10});
  for (int i = 0; i < 4; ++i) histogram.add(milliseconds{30});

  CHECK(histogram.count_up_to(milliseconds{5}) == 0);
  CHECK(histogram.count_up_to(milliseconds{20}) == 10);
  CHECK(histogram.count_up_to(milliseconds{60}) == 14);
}
