#include "client/call/speech_gate.hpp"

#include "tests/bench/sound/speech.hpp"
#include "tests/support/catch.hpp"

#include <cmath>
#include <random>
#include <vector>

using voicecli::Dtx;
using voicecli::dtx_named;
using voicecli::SpeechGate;

namespace {

using Frame = std::vector<std::int16_t>;

Frame noise(std::mt19937& random, double rms, std::size_t samples = 160) {
  std::normal_distribution<double> value(0, rms);
  Frame frame(samples);
  for (auto& sample : frame) sample = static_cast<std::int16_t>(std::lround(value(random)));
  return frame;
}

}  // namespace

TEST_CASE("modes have names", "[speech_gate]") {
  CHECK(dtx_named("off") == Dtx::off);
  CHECK(dtx_named("on") == Dtx::on);
  CHECK(dtx_named("auto") == Dtx::automatic);
  CHECK_FALSE(dtx_named("On"));
}

TEST_CASE("the detector opens the gate, and it closes 300 ms after the last speech",
          "[speech_gate]") {
  SpeechGate gate;
  std::mt19937 random(1);
  CHECK_FALSE(gate.passes(noise(random, 3000), false));
  CHECK(gate.passes(Frame(160, 0), true));
  for (int i = 0; i < SpeechGate::hangover_frames; ++i) CHECK(gate.passes(Frame(160, 0), false));
  CHECK_FALSE(gate.passes(Frame(160, 0), false));
  CHECK(gate.passes(Frame(160, 0), true));
}

TEST_CASE("without a detector, steady noise is held back and a word above it passes",
          "[speech_gate]") {
  const double rms = GENERATE(5.0, 40.0, 150.0);
  CAPTURE(rms);
  SpeechGate gate;
  std::mt19937 random(2);
  for (int i = 0; i < 150; ++i) (void)gate.passes(noise(random, rms), {});

  int passed = 0;
  for (int i = 0; i < 500; ++i) passed += gate.passes(noise(random, rms), {}) ? 1 : 0;
  CHECK(passed == 0);
  CHECK(gate.passes(noise(random, 4 * rms + 20), {}));
}

TEST_CASE("a word that begins in the last 5 ms of a frame opens the gate with that frame",
          "[speech_gate]") {
  SpeechGate gate;
  std::mt19937 random(3);
  for (int i = 0; i < 150; ++i) (void)gate.passes(noise(random, 20), {});
  Frame frame = noise(random, 20);
  for (std::size_t i = 125; i < 160; ++i) frame[i] = i % 2 == 0 ? 90 : -90;
  CHECK(gate.passes(frame, {}));
}

TEST_CASE("a long tone, such as music, is never taken for noise", "[speech_gate]") {
  SpeechGate gate;
  Frame tone(160);
  for (std::size_t i = 0; i < tone.size(); ++i) {
    tone[i] = static_cast<std::int16_t>(600 * std::sin(0.3 * static_cast<double>(i)));
  }
  for (int i = 0; i < 1000; ++i) REQUIRE(gate.passes(tone, {}));
}

TEST_CASE("silence is never speech", "[speech_gate]") {
  SpeechGate gate;
  for (int i = 0; i < 300; ++i) CHECK_FALSE(gate.passes(Frame(160, 0), {}));
}

TEST_CASE("a constant offset of the microphone changes nothing", "[speech_gate]") {
  const auto offset = GENERATE(as<std::int16_t>{}, 0, 150, -400);
  CAPTURE(offset);
  const auto offset_by = [&](Frame frame) {
    for (auto& sample : frame) sample = static_cast<std::int16_t>(sample + offset);
    return frame;
  };
  SpeechGate gate;
  std::mt19937 random(3);
  for (int i = 0; i < 150; ++i) (void)gate.passes(offset_by(noise(random, 20)), {});

  for (int i = 0; i < 100; ++i) CHECK_FALSE(gate.passes(offset_by(noise(random, 20)), {}));
  CHECK(gate.passes(offset_by(noise(random, 150)), {}));
}
