#include "common/audio/tone.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <cstdlib>
#include <numbers>
#include <vector>

using voice::AudioFormat;
using voice::goertzel_rms;
using voice::Tone;

namespace {

AudioFormat format_of(int rate_hz) {
  return AudioFormat::from_rate(rate_hz).value();
}

std::vector<std::int16_t> tone(int rate_hz, double frequency_hz, double amplitude,
                               double seconds = 1.0) {
  Tone source(format_of(rate_hz), frequency_hz, amplitude);
  std::vector<std::int16_t> pcm(static_cast<std::size_t>(rate_hz * seconds));
  source.generate(pcm);
  return pcm;
}

}  // namespace

TEST_CASE("a tone begins at zero, rises, and reaches its amplitude and no more", "[tone]") {
  const auto pcm = tone(8000, 1000.0, 10'000.0);

  CHECK(std::vector(pcm.begin(), pcm.begin() + 8) ==
        std::vector<std::int16_t>{0, 7071, 10'000, 7071, 0, -7071, -10'000, -7071});
  CHECK(*std::max_element(pcm.begin(), pcm.end()) == 10'000);
  CHECK(*std::min_element(pcm.begin(), pcm.end()) == -10'000);
}

TEST_CASE("a tone has no seam wherever it is cut", "[tone]") {
  const auto whole = tone(11025, 441.7, 8192.0);
  const std::size_t length = GENERATE(1u, 2u, 7u, 220u, 221u, 4000u);
  Tone source(format_of(11025), 441.7, 8192.0);

  std::vector<std::int16_t> joined(whole.size());
  for (std::size_t at = 0; at < joined.size(); at += length) {
    source.generate(std::span{joined}.subspan(at, std::min(length, joined.size() - at)));
  }

  CHECK(joined == whole);
}

TEST_CASE("a tone keeps its frequency over two minutes", "[tone]") {
  Tone source(format_of(8000), 437.0, 10'000.0);
  std::vector<std::int16_t> second(8000);
  source.generate(second);
  const auto first = second;
  for (int i = 1; i < 120; ++i) source.generate(second);

  // A whole number of periods fits into a second, so all seconds are the same except for rounding.
  for (std::size_t i = 0; i < second.size(); ++i) REQUIRE(std::abs(second[i] - first[i]) <= 1);
}

TEST_CASE("the extremes of frequency and amplitude are legal", "[tone]") {
  CHECK(goertzel_rms(tone(8000, 1.0, 32767.0), format_of(8000), 1.0) ==
        Approx(32767.0 / std::numbers::sqrt2).epsilon(0.001));
  CHECK(goertzel_rms(tone(5000, 2499.0, 20'000.0), format_of(5000), 2499.0) ==
        Approx(20'000.0 / std::numbers::sqrt2).epsilon(0.001));
  const auto silent = tone(8000, 440.0, 0.0);
  CHECK(std::count(silent.begin(), silent.end(), 0) == 8000);
}

TEST_CASE("Goertzel reads a sine's effective amplitude at every usual rate", "[tone]") {
  const int rate = GENERATE(5000, 8000, 11025, 16000, 22050, 44100, 48000);
  const double frequency = GENERATE(100.0, 440.0, 1000.0, 2000.0);
  INFO("rate " << rate << " frequency " << frequency);

  const double rms = goertzel_rms(tone(rate, frequency, 10'000.0), format_of(rate), frequency);

  CHECK(rms == Approx(10'000.0 / std::numbers::sqrt2).epsilon(0.001));
}

TEST_CASE("Goertzel measures one tone and ignores the others", "[tone]") {
  const auto format = format_of(8000);
  auto mixed = tone(8000, 440.0, 8000.0);
  const auto other = tone(8000, 1250.0, 2000.0);
  std::transform(mixed.begin(), mixed.end(), other.begin(), mixed.begin(),
                 [](int a, int b) { return static_cast<std::int16_t>(a + b); });

  CHECK(goertzel_rms(mixed, format, 440.0) == Approx(8000.0 / std::numbers::sqrt2).epsilon(0.001));
  CHECK(goertzel_rms(mixed, format, 1250.0) == Approx(2000.0 / std::numbers::sqrt2).epsilon(0.001));
  CHECK(goertzel_rms(mixed, format, 700.0) < 2.0);
  CHECK(goertzel_rms(mixed, format, 2500.0) < 2.0);
}

TEST_CASE("Goertzel stays accurate over a minute", "[tone]") {
  const auto pcm = tone(48000, 1000.0, 10'000.0, 60.0);

  CHECK(goertzel_rms(pcm, format_of(48000), 1000.0) ==
        Approx(10'000.0 / std::numbers::sqrt2).epsilon(0.001));
}

TEST_CASE("Goertzel measures nothing in silence and without samples", "[tone]") {
  CHECK(goertzel_rms({}, format_of(8000), 440.0) == 0.0);
  CHECK(goertzel_rms(std::vector<std::int16_t>(800, 0), format_of(8000), 440.0) == 0.0);
}
