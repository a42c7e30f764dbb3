// voicecli with sound cards, as a person uses it: the default microphone and loudspeaker of a real
// PulseAudio server, which is killed and restarted in the middle of a call.
#include "tests/integration/voicecli_program.hpp"
#include "tests/support/pulse_audio.hpp"

#include <future>

using namespace voice;
using namespace voice::test;

namespace {

constexpr double partner_hz = 440;  // said by another voicecli
constexpr double spoken_hz = 600;   // said into the microphone

std::vector<std::int16_t> tone(AudioFormat format, double hz, int seconds) {
  std::vector<std::int16_t> pcm(static_cast<std::size_t>(format.rate_hz() * seconds));
  Tone(format, hz, 8192).generate(pcm);
  return pcm;
}

// What is said into the microphone reaches the conference, and what the conference says reaches the
// loudspeaker.
void check_both_ways(PulseAudio& pulse, Ear& ear, AudioFormat format) {
  auto spoken = pulse.speak(tone(format, spoken_hz, 8));
  CHECK(ear.hears({partner_hz, spoken_hz}, {partner_hz, spoken_hz}));
  auto recorded = pulse.listen(static_cast<std::size_t>(format.rate_hz()) * 2);
  const auto played = recorded.get();
  spoken.get();

  CHECK(goertzel_rms(played, format, partner_hz) > 2000);
  // Nobody hears themselves.
  CHECK(goertzel_rms(played, format, spoken_hz) < 200);
}

}  // namespace

TEST_CASE("voicecli uses the default sound devices, and again after they were gone",
          "[integration][sound][real-time]") {
  if (const std::string why = PulseAudio::missing(); !why.empty()) {
    WARN(why);
    return;
  }
  const int rate_hz = GENERATE(8000, 44100);
  INFO(rate_hz);
  const auto format = *AudioFormat::from_rate(rate_hz);
  PulseAudio pulse(format);
  Voiced voiced(
      {"--sample-rate", std::to_string(rate_hz), "--jitter-mode", "fixed", "--jitter-depth", "20"});
  Voicecli partner(voiced.port(), {"--input", "tone:440", "--output", "null"});
  // To noise suppression, a steady tone is noise.
  Voicecli caller(voiced.port(), {"--name", "Caller", "--jitter-mode", "fixed", "--jitter-depth",
                                  "20", "--echo-cancel", "off", "--noise-suppression", "off"});
  REQUIRE(partner.connects());
  REQUIRE(caller.connects());
  Ear ear(voiced, rate_hz);
  INFO(caller.told());

  check_both_ways(pulse, ear, format);

  const std::size_t before = caller.process().out().size();
  pulse.kill();
  CHECK(caller.process().prints(R"("state":"waiting")", before));
  const std::size_t gone = caller.process().out().size();
  pulse.start();
  CHECK(caller.process().prints(R"("device":"input","state":"running")", gone));
  CHECK(caller.process().prints(R"("device":"output","state":"running")", gone));

  check_both_ways(pulse, ear, format);
  CHECK(caller.quit() == 0);
}
