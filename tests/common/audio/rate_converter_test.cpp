#include "common/audio/rate_converter.hpp"

#include "tests/support/catch.hpp"

#include <cmath>
#include <numbers>
#include <random>

using voice::AudioFormat;
using voice::FrameClock;
using voice::RateConverter;
using voice::SampleLine;

namespace {

using Samples = std::vector<std::int16_t>;

AudioFormat format_of(int rate_hz) {
  return *AudioFormat::from_rate(rate_hz);
}

// One stream through a converter, frame by frame, starting at tick `first`.
struct Stream {
  Stream(int from_hz, int to_hz, std::uint64_t first = 0)
      : from(format_of(from_hz)),
        to(format_of(to_hz)),
        converter(from, to),
        line(converter.history_samples(), from.samples_per_frame_max()),
        in(from),
        out(to) {
    for (; tick < first; ++tick) {
      (void)in.next();
      (void)out.next();
    }
  }

  template <class Source>
  void frame(Source&& source) {
    for (auto& sample : line.next(in.next())) sample = source(said++);
    std::vector<std::int32_t> results(out.next());
    converter.convert(tick++, line.samples(), results);
    for (const std::int32_t result : results) heard.push_back(RateConverter::converted(result));
  }

  AudioFormat from, to;
  RateConverter converter;
  SampleLine<std::int16_t> line;
  FrameClock in, out;
  std::uint64_t tick = 0;
  std::size_t said = 0;
  Samples heard;
};

double sine(double hz, double rate_hz, double at, double peak) {
  return peak * std::sin(2 * std::numbers::pi * hz * at / rate_hz);
}

// What remains of a tone after a second, and the power of everything else, in dB relative to the
// tone.
struct Tone {
  double gain_db;
  double noise_db;
};
Tone measure(int from_hz, int to_hz, double hz) {
  constexpr double peak = 20000;
  Stream stream(from_hz, to_hz);
  for (int i = 0; i < 60; ++i) {
    stream.frame([&](std::size_t at) {
      return static_cast<std::int16_t>(
          std::lround(sine(hz, from_hz, static_cast<double>(at), peak)));
    });
  }
  const std::size_t begin = stream.heard.size() - static_cast<std::size_t>(to_hz);
  const double step = 2 * std::numbers::pi * hz / to_hz;
  double in_phase = 0, quadrature = 0, power = 0;
  const auto count = static_cast<double>(stream.heard.size() - begin);
  for (std::size_t i = begin; i < stream.heard.size(); ++i) {
    const double angle = step * static_cast<double>(i);
    in_phase += 2 / count * stream.heard[i] * std::sin(angle);
    quadrature += 2 / count * stream.heard[i] * std::cos(angle);
  }
  for (std::size_t i = begin; i < stream.heard.size(); ++i) {
    const double angle = step * static_cast<double>(i);
    const double rest = stream.heard[i] - in_phase * std::sin(angle) - quadrature * std::cos(angle);
    power += rest * rest / count;
  }
  const double amplitude = std::hypot(in_phase, quadrature);
  return {20 * std::log10(amplitude / peak), 10 * std::log10(power / (peak * peak / 2))};
}

}  // namespace

TEST_CASE("speech keeps its level, without added sound, between any two rates",
          "[rate_converter]") {
  struct Row {
    int from_hz, to_hz;
  };
  const auto row = GENERATE(values<Row>({{8000, 48000},
                                         {48000, 8000},
                                         {8000, 16000},
                                         {16000, 8000},
                                         {11025, 48000},
                                         {48000, 11025},
                                         {22050, 48000},
                                         {44100, 48000},
                                         {48000, 44100},
                                         {8000, 11025},
                                         {5000, 8000},
                                         {5001, 47999}}));
  const double share = GENERATE(0.1, 0.5, 0.8);
  // A whole number of periods fits into the second that is measured.
  const double hz = std::floor(share * std::min(row.from_hz, row.to_hz) / 2);
  CAPTURE(row.from_hz, row.to_hz, hz);

  const Tone tone = measure(row.from_hz, row.to_hz, hz);

  CHECK(std::abs(tone.gain_db) < 0.1);
  CHECK(tone.noise_db < -62);
}

TEST_CASE("what the lower rate cannot carry is removed", "[rate_converter]") {
  Stream down(48000, 8000);
  for (int i = 0; i < 50; ++i) {
    down.frame([&](std::size_t at) {
      return static_cast<std::int16_t>(
          std::lround(sine(4100, 48000, static_cast<double>(at), 20000)));
    });
  }
  int most = 0;
  for (std::size_t i = 800; i < down.heard.size(); ++i)
    most = std::max(most, std::abs(down.heard[i]));
  CHECK(most < 20000 / 1000);
}

TEST_CASE("a constant stays the same, at full scale too", "[rate_converter]") {
  const std::int16_t level =
      GENERATE(std::int16_t{1}, std::int16_t{-1}, std::int16_t{32767}, std::int16_t{-32768});
  for (const auto& [from_hz, to_hz] : {std::pair{8000, 48000}, {48000, 11025}, {44100, 8000}}) {
    Stream stream(from_hz, to_hz);
    for (int i = 0; i < 5; ++i) stream.frame([&](std::size_t) { return level; });
    CAPTURE(from_hz, to_hz);
    CHECK(std::all_of(stream.heard.begin() + to_hz / 50, stream.heard.end(),
                      [&](std::int16_t sample) { return sample == level; }));
  }
}

TEST_CASE("a sound is delayed as promised, by at most 5 ms, whatever the rates",
          "[rate_converter]") {
  for (const int from_hz : {5000, 5001, 5500, 6000, 6999, 8000, 11025, 16000, 44100, 48000}) {
    for (const int to_hz : {5000, 5003, 6000, 8000, 11025, 22050, 48000}) {
      if (from_hz == to_hz) continue;
      CAPTURE(from_hz, to_hz);
      Stream stream(from_hz, to_hz);
      const std::chrono::duration<double> delay = stream.converter.delay();
      CHECK(delay.count() <= 0.005);
      const std::size_t click = static_cast<std::size_t>(from_hz) / 25;
      for (int i = 0; i < 5; ++i) {
        stream.frame([&](std::size_t at) -> std::int16_t { return at == click ? 20000 : 0; });
      }
      const auto loudest = std::max_element(stream.heard.begin(), stream.heard.end());
      const double at = static_cast<double>(loudest - stream.heard.begin()) / to_hz;
      const double expected = static_cast<double>(click) / from_hz + delay.count();
      // Within half a sample at the lower rate.
      CHECK(std::abs(at - expected) <= 0.51 / std::min(from_hz, to_hz));
    }
  }
}

TEST_CASE("streams that began at different ticks are in step", "[rate_converter]") {
  const auto [from_hz, to_hz] =
      GENERATE(values<std::pair<int, int>>({{48000, 11025}, {11025, 48000}, {44100, 11025}}));
  CAPTURE(from_hz, to_hz);
  std::mt19937 random(5);
  Samples noise(60 * 960);
  for (auto& sample : noise) sample = static_cast<std::int16_t>(random());
  Stream early(from_hz, to_hz), late(from_hz, to_hz, 7);
  std::size_t skipped = 0;
  for (int i = 0; i < 7; ++i) early.frame([&](std::size_t at) { return noise[at]; });
  skipped = early.said;
  early.heard.clear();

  for (int i = 0; i < 50; ++i) {
    early.frame([&](std::size_t at) { return noise[at]; });
    late.frame([&](std::size_t at) { return noise[skipped + at]; });
  }

  REQUIRE(early.heard.size() == late.heard.size());
  const auto beginning = static_cast<std::ptrdiff_t>(to_hz / 50);
  CHECK(std::equal(early.heard.begin() + beginning, early.heard.end(),
                   late.heard.begin() + beginning));
}

TEST_CASE("converting is linear to the last bit: what was added can be taken off afterwards",
          "[rate_converter]") {
  const auto [from_hz, to_hz] =
      GENERATE(values<std::pair<int, int>>({{48000, 8000}, {48000, 11025}, {8000, 22050}}));
  const AudioFormat from = format_of(from_hz), to = format_of(to_hz);
  const RateConverter converter(from, to);
  SampleLine<std::int32_t> sums(converter.history_samples(), from.samples_per_frame_max());
  SampleLine<std::int16_t> first(converter.history_samples(), from.samples_per_frame_max());
  SampleLine<std::int16_t> second = first;
  FrameClock in(from), out(to);
  std::mt19937 random(9);

  for (std::uint64_t tick = 0; tick < 100; ++tick) {
    const std::size_t count = in.next();
    const auto a = first.next(count), b = second.next(count);
    const auto both = sums.next(count);
    for (std::size_t i = 0; i < count; ++i) {
      a[i] = static_cast<std::int16_t>(random());
      b[i] = static_cast<std::int16_t>(random());
      both[i] = a[i] + b[i];
    }
    const std::size_t length = out.next();
    std::vector<std::int64_t> of_both(length);
    std::vector<std::int32_t> of_first(length), of_second(length);
    converter.convert(tick, sums.samples(), of_both);
    converter.convert(tick, first.samples(), of_first);
    converter.convert(tick, second.samples(), of_second);
    for (std::size_t i = 0; i < length; ++i) {
      REQUIRE(of_both[i] == std::int64_t{of_first[i]} + of_second[i]);
    }
  }
}

TEST_CASE("results are rounded to the nearest sample, and clipped", "[rate_converter]") {
  constexpr std::int64_t one = 1 << RateConverter::unity_bits;
  CHECK(RateConverter::converted(0) == 0);
  CHECK(RateConverter::converted(one / 2 - 1) == 0);
  CHECK(RateConverter::converted(one / 2) == 1);
  CHECK(RateConverter::converted(-one / 2 - 1) == -1);
  CHECK(RateConverter::converted(32767 * one) == 32767);
  CHECK(RateConverter::converted(40000 * one) == 32767);
  CHECK(RateConverter::converted(-4'000'000'000 * one) == -32768);
}
