// How speech sounds over good and bad links, in simulated time: limits on the figures that
// ./bench.sh --sound prints.
#include "tests/bench/sound/judge.hpp"
#include "tests/bench/sound/speech.hpp"
#include "tests/bench/sound/week.hpp"
#include "tests/support/catch.hpp"

#include <string>

using bench::Arrivals;
using bench::Verdict;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr std::size_t minute = 3000;

const std::vector<std::int16_t>& speech_of_a_minute() {
  static const auto said = bench::speech(8000, 64);
  return said;
}

Verdict heard(const Arrivals& arrivals, double listener_ppm = 0) {
  bench::Trial trial;
  trial.listener_ppm = listener_ppm;
  return bench::judge(trial, speech_of_a_minute(), arrivals);
}

Arrivals recorded(const char* name) {
  Arrivals arrivals =
      bench::recorded_arrivals(std::string{VOICE_TRACES_DIR "/"} + name + ".arrivals");
  REQUIRE(arrivals.size() == 6400);
  return arrivals;
}

}  // namespace

TEST_CASE("over a steady network nothing changes except the first delay", "[adaptive_quality]") {
  const Verdict verdict = heard(bench::even_arrivals(minute));

  CHECK(verdict.lost == 0);
  CHECK(verdict.gaps == 0);
  CHECK(verdict.delay_mean <= 50);
  CHECK(verdict.untouched > 0.99);
  CHECK(verdict.score >= 4.85);  // with G.711
}

TEST_CASE("a talker that is read at every third tick is heard without a gap",
          "[adaptive_quality]") {
  const Verdict verdict = heard(bench::in_lumps(bench::even_arrivals(minute), 3));

  CHECK(verdict.lost == 0);
  CHECK(verdict.gaps <= 5);
  CHECK(verdict.delay_mean <= 95);
}

TEST_CASE("lumps of 80 ms lose nothing, even with the smallest depth", "[adaptive_quality]") {
  bench::Trial trial;
  trial.options.depth_packets = 2;
  const auto arrivals = bench::in_lumps(bench::even_arrivals(minute), 4);
  const Verdict verdict = bench::judge(trial, speech_of_a_minute(), arrivals);

  CHECK(verdict.lost == 0);
  CHECK(verdict.gaps <= 5);
  CHECK(verdict.delay_mean <= 115);
}

TEST_CASE("a stall loses nothing, and its delay is removed afterwards", "[adaptive_quality]") {
  struct Case {
    milliseconds length;
    double lost, back;
  };
  const auto [length, lost, back] =
      GENERATE(Case{milliseconds{100}, 0, 1000}, Case{milliseconds{300}, 0, 2000},
               Case{milliseconds{1000}, 0, 4000}, Case{milliseconds{5000}, 1200, 5000});
  INFO("a stall of " << length.count() << " ms");
  const Verdict verdict =
      heard(bench::with_stalls(bench::even_arrivals(minute + 1500), length, seconds{20}));

  CHECK(verdict.lost <= lost * 4);
  CHECK(verdict.back <= back);
  CHECK(verdict.step_max <= 1.5);
}

TEST_CASE("a link that stalls for a second, again and again, loses no word", "[adaptive_quality]") {
  const Verdict verdict =
      heard(bench::with_stalls(bench::even_arrivals(10 * minute), seconds{1}, seconds{20}));

  CHECK(verdict.lost == 0);
  CHECK(verdict.back <= 4000);
  CHECK(verdict.delay_mean <= 150);
}

TEST_CASE("clocks that disagree cause nothing audible in ten minutes", "[adaptive_quality]") {
  const double ppm = GENERATE(500, -500, 5000, -5000);
  INFO(ppm << " ppm");
  const Verdict verdict = heard(bench::even_arrivals(10 * minute), ppm);

  CHECK(verdict.lost == 0);
  CHECK(verdict.gaps == 0);
  CHECK(verdict.cuts == 0);
  CHECK(verdict.step_max <= 1.1);
  CHECK(verdict.delay_mean >= 25);
  CHECK(verdict.delay_mean <= 60);
  CHECK(verdict.delay_max <= 80);
  CHECK(verdict.delay_apart <= 16);
  CHECK(verdict.score >= 4.8);
}

TEST_CASE("clocks that disagree cause nothing audible in hours, and delay does not grow",
          "[adaptive_quality]") {
  const double ppm = GENERATE(200, -200);
  INFO(ppm << " ppm");
  const auto verdict = bench::judge_days(ppm, 3);

  CHECK(verdict.ticks == 3 * 3600 * 50);
  CHECK(verdict.discontinuities == 0);
  CHECK(verdict.age_max_ms <= 100);
  // The judge does notice what a fixed depth does to it.
  CHECK(bench::judge_days(ppm, 0.3, voice::fixed_playout(6)).discontinuities > 0);
}

TEST_CASE("over a real network with jitter and loss, TCP's bursts are smoothed out",
          "[adaptive_quality]") {
  struct Case {
    const char* name;
    double gaps, delay, back, score;
  };
  const auto [name, gaps, delay, back, score] =
      GENERATE(Case{"lan", 650, 70, 5000, 4.65}, Case{"jitter", 890, 220, 5000, 4.5},
               Case{"loss", 3500, 190, 5000, 4.4}, Case{"jitter-loss", 1700, 480, 5000, 4.5});
  INFO(name);
  const Verdict verdict = heard(recorded(name));

  CHECK(verdict.lost == 0);
  CHECK(verdict.gaps <= gaps);
  CHECK(verdict.delay_mean <= delay);
  CHECK(verdict.back <= back);
  CHECK(verdict.score >= score);
  CHECK(verdict.snr_db >= 34);
  CHECK(verdict.step_max <= 1.5);
}

TEST_CASE("wide band in L16 does no worse", "[adaptive_quality]") {
  bench::Trial trial;
  trial.format = *voice::AudioFormat::from_rate(GENERATE(11000, 48000));
  trial.codec = voice::CodecId::l16;
  const auto said = bench::speech(trial.format.rate_hz(), 20);
  const Verdict verdict = bench::judge(
      trial, said, bench::with_stalls(bench::even_arrivals(900), milliseconds{1000}, seconds{20}));

  CHECK(verdict.lost == 0);
  CHECK(verdict.back <= 4000);
  CHECK(verdict.step_max <= 1.5);
}

TEST_CASE("the judge notices what a fixed buffer drops", "[adaptive_quality]") {
  bench::Trial trial;
  trial.options = voice::fixed_playout(6);
  const Verdict verdict = bench::judge(trial, speech_of_a_minute(), recorded("jitter-loss"));

  CHECK(verdict.lost > 30'000);
  CHECK(verdict.gaps > 30'000);
  CHECK(verdict.score < 2.5);
}
