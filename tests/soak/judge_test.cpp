#include "tests/soak/judge.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>

namespace {

using namespace soak;

// Half an hour without faults: memory grows for a minute, then only fluctuates.
Figures good() {
  Figures figures;
  for (int second = 0; second <= 1800; second += 5) {
    const double warming = std::min(second, 60) * 10.0;
    figures.rss_kib.push_back({double(second), 7000 + warming + (second % 20 == 0 ? 4 : 0)});
  }
  figures.descriptors_start = figures.descriptors_end = 57;
  figures.delays = {{180, 181, 181}, {185, 184, 184}, {175, 194, 180}};
  figures.ticks = 90'000;
  figures.messages_sent = figures.messages_received = 4'500'000;
  figures.packets_sent = figures.packets_received = 500'000;
  return figures;
}

bool passes(const Figures& figures) {
  const auto verdicts = judge(figures);
  return std::all_of(verdicts.begin(), verdicts.end(),
                     [](const Verdict& verdict) { return verdict.passed; });
}

}  // namespace

TEST_CASE("a soak in which all went well passes", "[soak]") {
  CHECK(passes(good()));
}

TEST_CASE("delay left by a short standstill may stay until the next pause", "[soak]") {
  Figures figures = good();

  figures.delays[0] = {180, 240, 181};

  CHECK(passes(figures));
}

TEST_CASE("a soak fails for each promise that is broken", "[soak]") {
  struct Row {
    const char* what;
    void (*spoil)(Figures&);
  };
  const auto row = GENERATE(values<Row>({
      {"a frame was sent and not received", [](Figures& f) { --f.messages_received; }},
      {"a sequence number is missing", [](Figures& f) { f.sequence_gaps = 1; }},
      {"a talker's frame did not arrive", [](Figures& f) { --f.packets_received; }},
      {"nothing was said", [](Figures& f) { f.messages_sent = f.messages_received = 0; }},
      {"a call ended", [](Figures& f) { f.calls_ended = 1; }},
      {"a descriptor was left open", [](Figures& f) { ++f.descriptors_end; }},
      {"a listener's delay grew",
       [](Figures& f) {
         f.delays[1] = {185, 208, 208};
       }},
      {"a listener's delay shrank by what was lost",
       [](Figures& f) {
         f.delays[0] = {180, 150, 150};
       }},
      {"a listener's delay grew beyond what buffers may hold",
       [](Figures& f) {
         f.delays[0] = {180, 320, 180};
       }},
      {"a listener heard nothing at the end", [](Figures& f) { f.delays[0].end_ms = 0; }},
      {"memory was never measured", [](Figures& f) { f.rss_kib.clear(); }},
      {"two bytes are lost for each packet of a talker",
       [](Figures& f) {
         for (Point& point : f.rss_kib) point.y += 50 * 2 * point.x / 1024;
       }},
  }));
  INFO(row.what);
  Figures figures = good();

  row.spoil(figures);

  CHECK_FALSE(passes(figures));
}

TEST_CASE("a trend is the slope of the line through the points, with its error", "[soak]") {
  const Trend exact = trend_of({{0, 1}, {1, 3}, {2, 5}, {3, 7}});
  CHECK(exact.slope == Approx(2));
  CHECK(exact.slope_error == Approx(0).margin(1e-9));

  const Trend rough = trend_of({{0, 0}, {1, 2}, {2, 0}, {3, 2}});
  CHECK(rough.slope == Approx(0.4));
  CHECK(rough.slope_error > 0.4);
}

TEST_CASE("percentiles are values that occur", "[soak]") {
  CHECK(percentile({}, 0.5) == 0);
  CHECK(percentile({3, 1, 2}, 0) == 1);
  CHECK(percentile({3, 1, 2}, 0.5) == 2);
  CHECK(percentile({3, 1, 2}, 1) == 3);
}
