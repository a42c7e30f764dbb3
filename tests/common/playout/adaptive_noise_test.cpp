// How loud the noise of a pause is, and what counts as a pause.
#include "common/audio/level.hpp"
#include "common/playout/noise_floor.hpp"

#include "tests/common/playout/line.hpp"

#include <random>

using namespace voice::test;
using voice::mean_power;
using voice::NoiseFloor;

namespace {

constexpr double noise_rms = 60;

Samples hiss(std::mt19937& random, double rms, std::int16_t offset = 0) {
  std::normal_distribution<double> value(offset, rms);
  Samples pcm(160);
  for (auto& sample : pcm) sample = static_cast<std::int16_t>(std::lround(value(random)));
  return pcm;
}

// Root mean square of the noise that is played 200 ms after a pause has been announced.
double comfort_rms(Line& line) {
  line.playout.pause();
  line.silent(10);
  line.heard.clear();
  line.silent(10);
  return std::sqrt(mean_power(line.heard));
}

struct NoisyLine : voice::test::TrustedLine {
  void hiss_for(int ticks, double rms, std::int16_t offset = 0) {
    for (int i = 0; i < ticks; ++i) {
      say(hiss(random, rms, offset));
      tick();
    }
  }
  std::mt19937 random{5};
};

}  // namespace

TEST_CASE("a constant offset is no sound", "[noise_floor]") {
  std::mt19937 random(1);
  const auto offset = GENERATE(as<std::int16_t>{}, 0, 100, -400, 20'000);
  CHECK(mean_power(Samples(40, offset)) == Approx(0).margin(1e-3));
  CHECK(std::sqrt(mean_power(hiss(random, noise_rms, offset))) == Approx(noise_rms).epsilon(0.15));
}

TEST_CASE("digital silence says nothing about the noise of a pause", "[noise_floor]") {
  NoiseFloor floor;
  const double before = floor.power();
  floor.add(0);
  floor.add_pause(0);
  CHECK(floor.power() == before);
}

TEST_CASE("what is known to be a pause counts at once, unless it is far too loud",
          "[noise_floor]") {
  NoiseFloor floor;
  floor.add(1000);
  floor.add_pause(3000);
  CHECK(floor.power() == 2000);
  floor.add_pause(500);
  CHECK(floor.power() == 1250);
  floor.add_pause(50'000);
  CHECK(floor.power() == 1250);
}

TEST_CASE("the noise of a pause is as loud as the talker's own, whatever the microphone's offset",
          "[adaptive][noise_floor]") {
  const auto offset = GENERATE(as<std::int16_t>{}, 0, 200, -400);
  CAPTURE(offset);
  NoisyLine line;
  line.hiss_for(150, noise_rms, offset);
  const double rms = comfort_rms(line);
  CHECK(rms > noise_rms / 2);
  CHECK(rms < noise_rms * 2);
}

TEST_CASE("the noise of a pause is right some seconds after digital silence or softer noise",
          "[adaptive][noise_floor]") {
  NoisyLine line;
  SECTION("digital silence") {
    line.hiss_for(200, 0);
  }
  SECTION("noise 12 dB softer") {
    line.hiss_for(500, noise_rms / 4);
  }
  line.hiss_for(500, noise_rms);
  const double rms = comfort_rms(line);
  CHECK(rms > noise_rms / 2);
  CHECK(rms < noise_rms * 2);
}
