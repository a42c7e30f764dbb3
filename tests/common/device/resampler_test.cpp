#include "common/device/resampler.hpp"

#include "common/audio/tone.hpp"

#include "tests/common/device/formats.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

using namespace voice;
using voice::test::format;

namespace {

// Feeds `in` in pieces of `piece` samples, as devices do, and collects what comes out.
std::vector<std::int16_t> run(Resampler& resampler, std::span<const std::int16_t> in,
                              std::size_t piece) {
  std::vector<std::int16_t> out;
  std::vector<std::int16_t> buffer(300);
  while (!in.empty()) {
    const auto step = resampler.process(in.first(std::min(piece, in.size())), buffer);
    in = in.subspan(step.consumed);
    out.insert(out.end(), buffer.begin(),
               buffer.begin() + static_cast<std::ptrdiff_t>(step.produced));
  }
  return out;
}

double snr_db(std::span<const std::int16_t> pcm, AudioFormat rate, double hz) {
  const double tone = goertzel_rms(pcm, rate, hz);
  const double total = std::accumulate(
      pcm.begin(), pcm.end(), 0.0, [](double sum, double sample) { return sum + sample * sample; });
  const double noise = total / static_cast<double>(pcm.size()) - tone * tone;
  return 10 * std::log10(tone * tone / std::max(noise, 1e-9));
}

}  // namespace

TEST_CASE("a tone comes through every change of rate clean", "[resampler]") {
  struct Row {
    int from_hz, to_hz;
  };
  const auto row = GENERATE(values<Row>({{8000, 44100},
                                         {44100, 8000},
                                         {8000, 48000},
                                         {48000, 8000},
                                         {11025, 48000},
                                         {48000, 11025},
                                         {22050, 5000},
                                         {5000, 44100},
                                         {44100, 48000},
                                         {48000, 44100}}));
  INFO(row.from_hz << " to " << row.to_hz);
  std::vector<std::int16_t> in(static_cast<std::size_t>(row.from_hz) * 3);
  Tone(format(row.from_hz), 1000, 16000).generate(in);
  Resampler resampler(row.from_hz, row.to_hz);

  const auto out = run(resampler, in, 160);
  const auto second = std::span(out).subspan(static_cast<std::size_t>(row.to_hz),
                                             static_cast<std::size_t>(row.to_hz));

  CHECK(goertzel_rms(second, format(row.to_hz), 1000) ==
        Approx(16000 / std::sqrt(2)).epsilon(0.01));
  CHECK(snr_db(second, format(row.to_hz), 1000) > 80);
}

TEST_CASE("what the lower rate cannot carry is taken out, not folded down", "[resampler]") {
  std::vector<std::int16_t> in(48000 * 2);
  Tone(format(48000), 5000, 16000).generate(in);  // at 8000 Hz it would fold to 3000 Hz
  Resampler resampler(48000, 8000);

  const auto out = run(resampler, in, 480);

  CHECK(goertzel_rms(std::span(out).subspan(8000), format(8000), 3000) < 16000 / 1000.0);
}

TEST_CASE("the ratio is exact over minutes", "[resampler]") {
  Resampler resampler(44100, 8000);
  const std::vector<std::int16_t> second(44100);
  std::vector<std::int16_t> out(8100);
  std::size_t produced = 0;

  for (int i = 0; i < 300; ++i) {
    const auto step = resampler.process(second, out);
    REQUIRE(step.consumed == second.size());
    produced += step.produced;
  }

  const std::size_t inside = resampler.delay_samples() * 8000 / 44100 + 2;
  CHECK(produced <= std::size_t{8000} * 300);
  CHECK(produced + inside >= std::size_t{8000} * 300);
}

TEST_CASE("equal rates pass samples through untouched", "[resampler]") {
  std::vector<std::int16_t> in(1000);
  std::iota(in.begin(), in.end(), std::int16_t{-500});
  Resampler resampler(8000, 8000);

  CHECK(run(resampler, in, 160) == in);
  CHECK(resampler.delay_samples() == 0);
}

TEST_CASE("a sound is heard where it was, not later by the filter's length", "[resampler]") {
  std::vector<std::int16_t> in(8000);
  in[4000] = 30000;
  Resampler resampler(8000, 48000);

  const auto out = run(resampler, in, 160);

  const auto peak = std::max_element(out.begin(), out.end()) - out.begin();
  CHECK(peak >= 4000 * 6 - 6);
  CHECK(peak <= 4000 * 6 + 6);
}
