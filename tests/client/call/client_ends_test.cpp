// Devices with inaccurate clocks, and a call over a local network: limits on the figures that
// ./bench.sh --sound prints.
#include "tests/bench/sound/client_ends.hpp"

#include "tests/bench/sound/judge.hpp"
#include "tests/bench/sound/lan_call.hpp"
#include "tests/bench/sound/speech.hpp"
#include "tests/support/catch.hpp"

using std::chrono::milliseconds;
using std::chrono::minutes;

namespace {

constexpr std::size_t packets_of_ten_minutes = 30000;

// Over a perfect network, so that only the playout has to follow the clock.
void check_clean(const bench::Trial& trial, const bench::Arrivals& arrivals) {
  static const auto said = bench::speech(8000, 64);
  const auto verdict = bench::judge(trial, said, arrivals);

  CHECK(verdict.lost == 0);
  CHECK(verdict.gaps == 0);
  CHECK(verdict.cuts == 0);
  CHECK(verdict.delay_apart <= 16);
  CHECK(verdict.step_max <= 1.1);
  CHECK(verdict.score >= 4.75);
}

}  // namespace

TEST_CASE("an inaccurate clock of a microphone or pipe causes nothing audible in ten minutes",
          "[client_ends]") {
  const double ppm = GENERATE(500, -500, 5000, -5000);
  const auto lump = GENERATE(bench::card_block, bench::pipe_lump);
  CAPTURE(ppm, lump.count());
  bench::Trial trial;
  trial.talker_ppm = ppm;

  check_clean(trial, bench::arrivals_from_source(packets_of_ten_minutes, ppm, lump));
}

TEST_CASE("an inaccurate clock of a loudspeaker causes nothing audible in ten minutes",
          "[client_ends]") {
  const double ppm = GENERATE(500, -500, 5000, -5000);
  CAPTURE(ppm);
  bench::Trial trial;
  trial.takes = bench::takes_of_card(minutes{10}, ppm);

  check_clean(trial, bench::even_arrivals(packets_of_ten_minutes));
}

TEST_CASE("a program that plays stdout with an inaccurate clock misses nothing in ten minutes",
          "[client_ends]") {
  const double ppm = GENERATE(500, -500, 5000, -5000);
  const auto lump = milliseconds{GENERATE(20, 40)};
  CAPTURE(ppm, lump.count());
  const auto reading = bench::takes_of_reader(minutes{10}, {ppm, lump});
  CHECK(reading.missed == voice::Duration::zero());
  bench::Trial trial;
  trial.takes = reading.takes;

  check_clean(trial, bench::even_arrivals(packets_of_ten_minutes));
}

TEST_CASE("a program that reads half a second of stdout ahead never runs out of it",
          "[client_ends]") {
  const double ppm = GENERATE(500, -500, 5000, -5000);
  CAPTURE(ppm);
  const auto reading =
      bench::takes_of_reader(minutes{10}, {ppm, milliseconds{125}, milliseconds{500}});
  CHECK(reading.missed == voice::Duration::zero());
}

TEST_CASE("a call over a LAN is back at its delay soon after the server was paused",
          "[client_ends]") {
  const auto phase = milliseconds{GENERATE(0, 5, 10, 15)};
  CAPTURE(phase.count());
  const auto verdict = bench::judge_lan_call(phase, milliseconds{100}, minutes{2});

  CHECK(verdict.delay_before <= 110);
  CHECK(verdict.delay_back <= 110);
  CHECK(verdict.back_s <= 5);
  CHECK(verdict.heard_exactly == 1);
}
