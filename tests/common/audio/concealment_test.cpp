#include "common/audio/concealment.hpp"

#include "common/audio/cross_fade.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

using voice::AudioFormat;
using voice::Concealment;

namespace {

using Samples = std::vector<std::int16_t>;

Samples tone(int rate_hz, double hz, std::size_t samples) {
  Samples out(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    const double phase = 6.283185307 * hz * static_cast<double>(i) / rate_hz;
    out[i] = static_cast<std::int16_t>(9000 * std::sin(phase) + 4000 * std::sin(2 * phase));
  }
  return out;
}

int step_max(const Samples& samples) {
  int most = 0;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    most = std::max(most, std::abs(samples[i] - samples[i - 1]));
  }
  return most;
}

double rms(std::span<const std::int16_t> samples) {
  double sum = 0;
  for (const double sample : samples) sum += sample * sample;
  return std::sqrt(sum / static_cast<double>(samples.size()));
}

// A concealment that owns its memory.
struct RoomyConcealment : Concealment {
  explicit RoomyConcealment(AudioFormat format) : Concealment(format), memory(history_samples()) {
    use(memory);
  }
  std::vector<std::int16_t> memory;
};

}  // namespace

TEST_CASE("a concealed voice continues unchanged for ten milliseconds", "[concealment]") {
  const int rate_hz = GENERATE(8000, 16000, 48000);
  const auto format = *AudioFormat::from_rate(rate_hz);
  const auto ten_ms = static_cast<std::size_t>(rate_hz / 100);
  const Samples sound = tone(rate_hz, 125, 7 * ten_ms);
  RoomyConcealment concealment(format);
  const std::size_t known = concealment.history_samples();

  concealment.begin(std::span{sound}.subspan(6 * ten_ms - known, known), 0);
  Samples heard(ten_ms);
  concealment.extend(heard);

  Samples difference(ten_ms);
  for (std::size_t i = 0; i < ten_ms; ++i) {
    difference[i] = static_cast<std::int16_t>(heard[i] - sound[6 * ten_ms + i]);
  }
  CHECK(rms(difference) < 0.1 * rms(heard));
}

TEST_CASE("a concealed voice fades within 60 ms, without a click at either end", "[concealment]") {
  const auto format = *AudioFormat::from_rate(8000);
  const Samples sound = tone(8000, GENERATE(110.0, 173.0, 260.0), 1600);
  RoomyConcealment concealment(format);
  const std::size_t known = concealment.history_samples();
  const int step_said = step_max(sound);
  Samples all(sound.begin(), sound.begin() + 800);

  concealment.begin(std::span{sound}.subspan(800 - known, known), 0);
  for (int frame = 0; frame < 4; ++frame) {
    Samples heard(160);
    concealment.extend(heard);
    all.insert(all.end(), heard.begin(), heard.end());
  }
  CHECK(concealment.is_silent());
  CHECK(rms(std::span{all}.last(160)) == 0);
  Samples again(sound.begin() + 1000, sound.begin() + 1160);
  concealment.end(again);
  all.insert(all.end(), again.begin(), again.end());

  CHECK(step_max(all) <= step_said * 5 / 4);
  CHECK(std::equal(again.begin() + 40, again.end(), sound.begin() + 1040));
}

TEST_CASE("what is left is noise as loud as the talker's pauses, for half a second",
          "[concealment]") {
  const auto format = *AudioFormat::from_rate(8000);
  const Samples sound = tone(8000, 150, 800);
  RoomyConcealment concealment(format);
  const double noise_rms = 40;

  concealment.begin(std::span{sound}.last(concealment.history_samples()), noise_rms * noise_rms);
  Samples heard(8000 * 6 / 10);
  concealment.extend(heard);

  const double floor = rms(std::span{heard}.subspan(800, 1200));
  CHECK(floor > 0.7 * noise_rms);
  CHECK(floor < 1.4 * noise_rms);
  CHECK(concealment.is_silent());
  CHECK(rms(std::span{heard}.last(700)) == 0);
}

TEST_CASE("with hardly anything known, the sound fades to silence within ten milliseconds",
          "[concealment]") {
  RoomyConcealment concealment(*AudioFormat::from_rate(8000));
  const Samples little(30, 5000);

  concealment.begin(little, 0);
  Samples heard(160, 77);
  concealment.extend(heard);
  Samples next(160, 8000);
  concealment.end(next);

  CHECK(heard[0] > 4900);
  CHECK(heard[40] > 2300);
  CHECK(heard[40] < 2700);
  CHECK(rms(std::span{heard}.subspan(80)) == 0);
  CHECK(next[0] < 400);
  CHECK(next[39] > 7500);
  CHECK(next[40] == 8000);
}

TEST_CASE("a cross-fade begins as the one sound and ends as the other", "[concealment]") {
  const Samples from(100, 10000), to(100, -10000);
  Samples out(100), in(100, 10000);

  voice::cross_fade(from, to, out);
  voice::fade_in(in);

  CHECK(out.front() > 9700);
  CHECK(out.back() < -9700);
  CHECK(step_max(out) <= 200);
  CHECK(in.front() < 200);
  CHECK(in.back() > 9800);
}
