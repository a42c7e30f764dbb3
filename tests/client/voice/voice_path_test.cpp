#include "client/voice/voice_path.hpp"

#include "tests/support/catch.hpp"

#include <cmath>
#include <numbers>
#include <utility>

using namespace voicecli;
using namespace std::chrono_literals;

namespace {

using Pcm = std::vector<std::int16_t>;

/// Remembers what it was given, and leaves the microphone as it is or turns it down.
struct FakeProcessor final : VoiceProcessor {
  struct Log {
    std::vector<std::size_t> block_samples;
    Pcm loudspeaker;
    int resets = 0;
    int gain_divisor = 1;  // the microphone is turned down by this factor
    bool says_speech = false;
  };
  explicit FakeProcessor(Log& to) : log(to) {}
  bool process(std::span<std::int16_t> microphone,
               std::span<const std::int16_t> loudspeaker) override {
    CHECK(microphone.size() == loudspeaker.size());
    log.block_samples.push_back(microphone.size());
    log.loudspeaker.insert(log.loudspeaker.end(), loudspeaker.begin(), loudspeaker.end());
    for (std::int16_t& sample : microphone) {
      sample = static_cast<std::int16_t>(sample / log.gain_divisor);
    }
    return log.says_speech;
  }
  [[nodiscard]] std::size_t delay_samples() const noexcept override { return 0; }
  void reset() override { ++log.resets; }
  Log& log;
};

struct Desk {
  explicit Desk(int rate_hz)
      : path(*voice::AudioFormat::from_rate(rate_hz), std::make_unique<FakeProcessor>(log)) {
    settle();
    log.resets = 0;
  }

  /// Observes until the reference trusts the latencies.
  void settle() {
    for (int i = 0; i < 200; ++i) path.observe(loudspeaker, microphone);
  }

  Pcm process(std::span<const std::int16_t> pcm, std::size_t lump) {
    Pcm out;
    while (!pcm.empty()) {
      const std::size_t count = std::min(lump, pcm.size());
      const auto voice = path.process(pcm.first(count));
      out.insert(out.end(), voice.pcm.begin(), voice.pcm.end());
      pcm = pcm.subspan(count);
    }
    return out;
  }

  FakeProcessor::Log log;
  StreamMoment loudspeaker{true, 1, 0, 50ms};
  StreamMoment microphone{true, 1, 0, 10ms};
  VoicePath path;
};

Pcm counting(std::size_t count) {
  Pcm pcm(count);
  for (std::size_t i = 0; i < count; ++i) pcm[i] = static_cast<std::int16_t>(i % 30'000);
  return pcm;
}

Pcm tone(int rate_hz, double hz, std::size_t count) {
  Pcm pcm(count);
  for (std::size_t i = 0; i < count; ++i) {
    pcm[i] = static_cast<std::int16_t>(
        8000 * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / rate_hz));
  }
  return pcm;
}

double rms(std::span<const std::int16_t> pcm) {
  return std::sqrt(mean_power(pcm));
}

}  // namespace

TEST_CASE("voices are processed at 8000 or 16000 Hz", "[voice_path]") {
  CHECK(voice_processing_rate_hz(5000) == 8000);
  CHECK(voice_processing_rate_hz(8000) == 8000);
  CHECK(voice_processing_rate_hz(8001) == 16000);
  CHECK(voice_processing_rate_hz(11025) == 16000);
  CHECK(voice_processing_rate_hz(16000) == 16000);
  CHECK(voice_processing_rate_hz(22050) == 16000);
  CHECK(voice_processing_rate_hz(48000) == 16000);
}

TEST_CASE("at a rate that the processor supports every sample passes, in blocks of 10 ms",
          "[voice_path]") {
  const std::size_t lump = GENERATE(as<std::size_t>{}, 1, 37, 80, 160);
  Desk desk{8000};
  const Pcm in = counting(8000);

  CHECK(desk.process(in, lump) == in);
  CHECK(desk.log.block_samples == std::vector<std::size_t>(100, 80));
}

TEST_CASE("less than a block has to wait", "[voice_path]") {
  Desk desk{8000};
  CHECK(desk.process(counting(79), 79).empty());
  CHECK(desk.process(counting(1), 1).size() == 80);
}

TEST_CASE("the delay of a voice is the processor's, and what waits for its block", "[voice_path]") {
  Desk desk{8000};
  CHECK(desk.path.delay() == 0ms);
  desk.process(counting(79), 79);
  CHECK(desk.path.delay() == 9875us);
  desk.process(counting(1), 1);
  CHECK(desk.path.delay() == 0ms);

  // Two resamplers, whose filters hold a few milliseconds.
  const Desk other{11025};
  CHECK(other.path.delay() > 3ms);
  CHECK(other.path.delay() < 18ms);
}

TEST_CASE("at other rates a voice keeps its length, its pitch and its level", "[voice_path]") {
  const auto [rate_hz, block] =
      GENERATE(std::pair{5000, 80}, std::pair{11025, 160}, std::pair{22050, 160},
               std::pair{44100, 160}, std::pair{48000, 160});
  CAPTURE(rate_hz);
  Desk desk{rate_hz};
  const auto count = static_cast<std::size_t>(rate_hz * 4);
  const Pcm in = tone(rate_hz, 440, count);

  const Pcm out = desk.process(in, 100);

  CHECK(desk.log.block_samples.front() == static_cast<std::size_t>(block));
  CHECK(out.size() <= count);
  CHECK(out.size() + static_cast<std::size_t>(rate_hz / 20) > count);  // at most 50 ms are held
  // The same tone at the same moments: only what the filters cannot reproduce is left.
  const auto settled = static_cast<std::size_t>(rate_hz / 10);
  Pcm difference(out.begin() + rate_hz / 10, out.end());
  for (std::size_t i = 0; i < difference.size(); ++i) {
    difference[i] = static_cast<std::int16_t>(difference[i] - in[i + settled]);
  }
  CHECK(rms(difference) < rms(in) / 100);
}

TEST_CASE("what a voice has above the processed band passes, and follows the band's upper end",
          "[voice_path]") {
  const int rate_hz = GENERATE(22050, 44100, 48000);
  CAPTURE(rate_hz);
  const auto count = static_cast<std::size_t>(rate_hz * 2);
  const auto level = [&](double hz, int divisor) {
    Desk desk{rate_hz};
    desk.log.gain_divisor = divisor;
    Pcm in = tone(rate_hz, hz, count);
    const Pcm upper_end = tone(rate_hz, 6000, count);
    for (std::size_t i = 0; i < count; ++i) {
      in[i] = static_cast<std::int16_t>(in[i] + upper_end[i]);
    }
    const Pcm out = desk.process(in, 100);
    // The level of the tone alone: over a whole number of its periods, and of those of 6000 Hz.
    double sine = 0;
    double cosine = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(rate_hz); ++i) {
      const double angle = 2 * std::numbers::pi * hz * static_cast<double>(i) / rate_hz;
      sine += std::sin(angle) * out[i + static_cast<std::size_t>(rate_hz / 4)];
      cosine += std::cos(angle) * out[i + static_cast<std::size_t>(rate_hz / 4)];
    }
    return 20 * std::log10(2 * std::hypot(sine, cosine) / rate_hz / 8000);
  };
  // Above the band, in the crossover, and below it.
  for (const double hz : {10000.0, 8500.0, 7800.0, 7300.0, 3000.0}) {
    CAPTURE(hz);
    CHECK(std::abs(level(hz, 1)) < 0.5);
    CHECK(std::abs(level(hz, 10) + 20) < 1.5);
  }
}

TEST_CASE("the processor gets what was played, a margin early", "[voice_path]") {
  Desk desk{8000};
  desk.path.played(counting(1000));
  desk.settle();

  desk.process(Pcm(80, 0), 80);

  // 400 samples wait in the loudspeaker, 80 in the microphone; the margin is 320.
  CHECK(desk.log.loudspeaker.front() == 1000 - 400 - 80 + 320);
}

TEST_CASE("a loudspeaker that is not running causes no echo", "[voice_path]") {
  Desk desk{8000};
  desk.loudspeaker.is_running = false;
  desk.path.played(counting(1000));
  desk.settle();

  desk.process(Pcm(80, 0), 80);

  CHECK(desk.log.loudspeaker == Pcm(80, 0));
}

TEST_CASE("a stream that begins again makes the processor forget the room", "[voice_path]") {
  Desk desk{8000};
  const bool is_microphone = GENERATE(true, false);
  desk.path.observe(desk.loudspeaker, desk.microphone);
  CHECK(desk.log.resets == 0);

  ++(is_microphone ? desk.microphone : desk.loudspeaker).starts;
  desk.path.observe(desk.loudspeaker, desk.microphone);
  desk.path.observe(desk.loudspeaker, desk.microphone);

  CHECK(desk.log.resets == 1);
}

TEST_CASE("gaps of either device keep the reference where it is", "[voice_path]") {
  Desk desk{8000};
  desk.path.played(counting(2000));
  desk.settle();

  desk.microphone.gap_samples += 100;
  desk.path.observe(desk.loudspeaker, desk.microphone);
  desk.process(Pcm(80, 0), 80);
  CHECK(desk.log.loudspeaker.front() == 2000 - 400 - 80 + 320 + 100);

  desk.loudspeaker.gap_samples += 200;
  desk.path.observe(desk.loudspeaker, desk.microphone);
  desk.path.played(Pcm(1000, 7));
  desk.process(Pcm(480, 0), 80);
  // The rest of the silence, samples 2000 to 2199, and what was written after it.
  CHECK(desk.log.loudspeaker[80] == 0);
  CHECK(desk.log.loudspeaker[80 + 179] == 0);
  CHECK(desk.log.loudspeaker[80 + 180] == 7);
}

TEST_CASE("a piece of sound is speech if one of its blocks is", "[voice_path]") {
  Desk desk{8000};
  desk.log.says_speech = true;
  CHECK(desk.path.process(Pcm(160, 0)).is_speech);
  CHECK_FALSE(desk.path.process(Pcm(40, 0)).is_speech);
  desk.log.says_speech = false;
  CHECK_FALSE(desk.path.process(Pcm(160, 0)).is_speech);
}
