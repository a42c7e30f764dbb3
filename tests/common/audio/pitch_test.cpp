#include "common/audio/pitch.hpp"

#include "tests/support/catch.hpp"

#include <cmath>
#include <cstdlib>
#include <vector>

using voice::AudioFormat;
using voice::Period;
using voice::PitchRange;

namespace {

// A voice: its first three harmonics.
std::vector<std::int16_t> voice_of(double pitch_hz, int rate_hz, std::size_t samples) {
  std::vector<std::int16_t> out(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    const double phase = 6.283185307 * pitch_hz * static_cast<double>(i) / rate_hz;
    const double sum = std::sin(phase) + 0.7 * std::sin(2 * phase + 1) + 0.5 * std::sin(3 * phase);
    out[i] = static_cast<std::int16_t>(12000 * sum);
  }
  return out;
}

std::vector<std::int16_t> noise_of(std::size_t samples) {
  std::vector<std::int16_t> out(samples);
  std::uint32_t state = 7;
  for (auto& sample : out) {
    state = state * 1664525U + 1013904223U;
    sample = static_cast<std::int16_t>(state >> 16);
  }
  return out;
}

// How far, in samples, `found` is from the nearest multiple of the true period.
double missed_by(const Period& found, double pitch_hz, int rate_hz) {
  const double period = rate_hz / pitch_hz;
  const double times = std::max(1.0, std::round(static_cast<double>(found.samples) / period));
  return std::abs(static_cast<double>(found.samples) - times * period);
}

}  // namespace

TEST_CASE("the pitch period of a voice is found, before and after", "[pitch]") {
  const int rate_hz = GENERATE(5000, 8000, 11025, 16000, 44100, 48000);
  const double pitch_hz = GENERATE(70.0, 110.0, 190.0, 320.0);
  const PitchRange range(*AudioFormat::from_rate(rate_hz));
  const auto sound = voice_of(pitch_hz, rate_hz, 3 * range.lag_max + range.window);
  INFO(rate_hz << " Hz, pitch " << pitch_hz << " Hz");

  const Period before = period_before(sound, range.lag_max, range);
  const Period after = period_after(sound, 5, range);

  CHECK(before.likeness > 0.95F);
  CHECK(after.likeness > 0.95F);
  CHECK(missed_by(before, pitch_hz, rate_hz) <= 1.0);
  CHECK(missed_by(after, pitch_hz, rate_hz) <= 1.0);
  CHECK((before.samples >= range.lag_min && before.samples <= range.lag_max));
}

TEST_CASE("noise has no pitch, and neither has silence", "[pitch]") {
  const PitchRange range(*AudioFormat::from_rate(8000));
  const auto noise = noise_of(range.lag_max + range.window);
  const std::vector<std::int16_t> silence(range.lag_max + range.window);

  CHECK(period_before(noise, range.lag_max, range).likeness < 0.5F);
  CHECK(period_after(noise, 0, range).likeness < 0.5F);
  CHECK(period_after(silence, 0, range).likeness == 0.0F);
}

TEST_CASE("the loudest possible sound does not overflow", "[pitch]") {
  const PitchRange range(*AudioFormat::from_rate(48000));
  std::vector<std::int16_t> square(range.lag_max + range.window);
  for (std::size_t i = 0; i < square.size(); ++i) square[i] = i / 120 % 2 == 0 ? 32767 : -32768;

  const Period found = period_after(square, 0, range);

  CHECK(found.samples % 240 == 0);
  CHECK(found.likeness > 0.99F);
}
