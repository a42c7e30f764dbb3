// Sound cards without fakes: those of a private PulseAudio server, reached directly, and through
// PortAudio and ALSA's plugin.
#include "tests/common/device/formats.hpp"
#include "tests/common/device/live_call.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/pulse_audio.hpp"

#include <cmath>
#include <cstdlib>
#include <numeric>

using namespace voice;
using namespace voice::test;
using namespace std::chrono_literals;
using Samples = std::vector<std::int16_t>;

namespace {

// A build that supports PulseAudio takes the server's default card as its default.
#ifdef VOICE_HAS_PULSE
constexpr const char* default_card = "PulseAudio";
#else
constexpr const char* default_card = "default";
#endif
// Names of cards: "" is the default, the others are ALSA's.
struct Names {
  const char* input;
  const char* output;
};
constexpr Names by_default{"", ""};
constexpr Names by_alsa{"voice_mic", "voice_spk"};

constexpr double played_hz = 1000;
constexpr double spoken_hz = 600;

bool can_run() {
  const std::string why = PulseAudio::missing();
  if (why.empty()) return true;
  WARN(why);
  return false;
}

Devices open_default(AudioFormat rate, Names names = by_default) {
  return open_devices(names.input, names.output, rate).value();
}

// The best fifth of a second. A slipped or missing sample costs a window tens of dB; a busy machine
// may spoil some windows, but not all.
double best_snr_db(const Samples& pcm, AudioFormat rate, double hz) {
  const auto window = static_cast<std::size_t>(rate.rate_hz() / 5);
  double best = -100;
  for (std::size_t at = 0; at + window <= pcm.size(); at += window / 4) {
    const auto piece = std::span(pcm).subspan(at, window);
    const double tone = goertzel_rms(piece, rate, hz);
    const double total = std::accumulate(piece.begin(), piece.end(), 0.0,
                                         [](double sum, double s) { return sum + s * s; });
    const double noise = std::max(total / static_cast<double>(window) - tone * tone, 1e-3);
    if (tone > 100) best = std::max(best, 10 * std::log10(tone * tone / noise));
  }
  return best;
}

Samples tone(AudioFormat rate, double hz, int seconds) {
  Samples pcm(static_cast<std::size_t>(rate.rate_hz() * seconds));
  Tone(rate, hz, 8192).generate(pcm);
  return pcm;
}

struct Heard {
  Samples at_monitor;  // what the loudspeaker played
  Samples by_call;     // what the microphone heard
};

// Plays into the loudspeaker and the microphone at once, for about two seconds.
Heard exchange(PulseAudio& pulse, LiveCall& call, AudioFormat rate) {
  auto spoken = pulse.speak(tone(rate, spoken_hz, 3));
  auto recorded = pulse.listen(static_cast<std::size_t>(rate.rate_hz()) * 2);
  call.heard.clear();
  REQUIRE(call.run_until([&] {
    return spoken.wait_for(0s) == std::future_status::ready &&
           recorded.wait_for(0s) == std::future_status::ready;
  }));
  return {recorded.get(), call.heard};
}

bool is_clean(const Heard& heard, AudioFormat rate) {
  // Half of the full level: the tone is heard most of the time, not just for a moment.
  constexpr double rms_min = 8192 / 1.4142 / 2;
  return best_snr_db(heard.at_monitor, rate, played_hz) > 40 &&
         best_snr_db(heard.by_call, rate, spoken_hz) > 40 &&
         goertzel_rms(heard.at_monitor, rate, played_hz) > rms_min;
}

// Each tone is heard cleanly on its own side, and not on the other. If the machine is so busy that
// the sound server itself gets no time, gaps are nobody's fault: then we try again, but one attempt
// has to be clean.
void check_that_sound_flows(PulseAudio& pulse, LiveCall& call, AudioFormat rate) {
  constexpr int attempts_max = 15;
  Heard heard = exchange(pulse, call, rate);
  for (int i = 1; i < attempts_max && !is_clean(heard, rate); ++i) {
    heard = exchange(pulse, call, rate);
  }

  INFO("at the monitor " << best_snr_db(heard.at_monitor, rate, played_hz) << " dB, by the call "
                         << best_snr_db(heard.by_call, rate, spoken_hz) << " dB");
  CHECK(is_clean(heard, rate));
  CHECK(best_snr_db(heard.at_monitor, rate, spoken_hz) < 0);
  CHECK(best_snr_db(heard.by_call, rate, played_hz) < 0);
}

}  // namespace

TEST_CASE("the default sound card carries sound both ways, clean", "[pulse]") {
  if (!can_run()) return;
  const AudioFormat rate = format(GENERATE(8000, 44100));
  PulseAudio pulse(rate);
  LiveCall call(open_default(rate), rate, played_hz);

  REQUIRE(call.run_until([&] { return call.both_are(DeviceState::running); }));
  check_that_sound_flows(pulse, call, rate);

  INFO(call.devices().playback->status().detail);
  CHECK(call.devices().playback->status().detail.find(default_card) != std::string::npos);
  CHECK(call.devices().playback->latency() > 0ms);
  CHECK(call.devices().playback->latency() < 400ms);
}

TEST_CASE("a sound server that dies is waited for, and sound comes back", "[pulse]") {
  if (!can_run()) return;
  const AudioFormat rate = format(8000);
  const Names names = GENERATE(by_default, by_alsa);
  INFO(names.input);
  PulseAudio pulse(rate);
  LiveCall call(open_default(rate, names), rate, played_hz);
  REQUIRE(call.run_until([&] { return call.both_are(DeviceState::running); }));
  call.run_for(500ms);

  pulse.kill();
  REQUIRE(call.run_until([&] { return call.both_are(DeviceState::waiting); }));
  call.wanted_samples = 0;
  // Meanwhile the call keeps its pace, so that nothing piles up in it.
  CHECK(call.run_until([&] { return call.wanted_samples >= 4000; }));
  CHECK(!call.devices().capture->status().detail.empty());

  pulse.start();
  REQUIRE(call.run_until([&] { return call.both_are(DeviceState::running); }));
  check_that_sound_flows(pulse, call, rate);
}

TEST_CASE("a sound server that hangs does not stop the call, and is used again", "[pulse]") {
  if (!can_run()) return;
  const AudioFormat rate = format(8000);
  const Names names = GENERATE(by_default, by_alsa);
  INFO(names.input);
  PulseAudio pulse(rate);
  LiveCall call(open_default(rate, names), rate, played_hz);
  REQUIRE(call.run_until([&] { return call.both_are(DeviceState::running); }));

  pulse.stall();
  const bool gave_up = call.run_until([&] { return call.both_are(DeviceState::waiting); });
  call.wanted_samples = 0;
  const bool went_on = call.run_until([&] { return call.wanted_samples >= 4000; });
  pulse.resume();

  CHECK(gave_up);
  CHECK(went_on);
  REQUIRE(call.run_until([&] { return call.both_are(DeviceState::running); }));
  check_that_sound_flows(pulse, call, rate);
}

TEST_CASE("devices close while the sound server hangs, and open again after", "[pulse]") {
  if (!can_run()) return;
  const AudioFormat rate = format(8000);
  const Names names = GENERATE(by_default, by_alsa);
  INFO(names.input);
  PulseAudio pulse(rate);
  {
    LiveCall call(open_default(rate, names), rate, played_hz);
    REQUIRE(call.run_until([&] { return call.both_are(DeviceState::running); }));
    pulse.stall();
  }
  pulse.resume();

  LiveCall call(open_default(rate, names), rate, played_hz);
  REQUIRE(call.run_until([&] { return call.both_are(DeviceState::running); }));
}

TEST_CASE("cards are listed, and chosen by a part of their name", "[pulse]") {
  if (!can_run()) return;
  const AudioFormat rate = format(8000);
  PulseAudio pulse(rate);
  const auto cards = list_sound_cards().value();
  const auto named = [&](const std::string& name) {
    return std::any_of(cards.begin(), cards.end(), [&](const SoundCardInfo& card) {
      return card.name == name && card.host_api == "ALSA" && card.input_channels_max > 0;
    });
  };
  CHECK(named("voice_mic"));
  CHECK(named("voice_spk"));
  CHECK(named("default"));

  LiveCall call(open_devices("voice_MIC", "_Spk", rate).value(), rate, played_hz);
  REQUIRE(call.run_until([&] { return call.both_are(DeviceState::running); }));
  CHECK(call.devices().capture->status().detail.find("voice_mic") != std::string::npos);
  CHECK(call.devices().playback->status().detail.find("voice_spk") != std::string::npos);
  check_that_sound_flows(pulse, call, rate);
}

TEST_CASE("a card that is not there is waited for by name, and disturbs no other", "[pulse]") {
  if (!can_run()) return;
  const AudioFormat rate = format(8000);
  PulseAudio pulse(rate);
  LiveCall call(open_devices("no such card", "", rate).value(), rate, played_hz);

  REQUIRE(call.run_until([&] {
    return call.devices().playback->status().state == DeviceState::running &&
           call.devices().capture->status().detail.find("no such card") != std::string::npos;
  }));
  CHECK(call.devices().capture->status().state == DeviceState::waiting);
  CHECK(call.heard.empty());
}

TEST_CASE("an ALSA configuration without devices is an error, not an abort", "[pulse]") {
  if (!can_run()) return;
  const PulseAudio pulse(format(8000));
  const std::string before = std::getenv("ALSA_CONFIG_PATH");
  const std::string server = std::getenv("PULSE_SERVER");
  setenv("ALSA_CONFIG_PATH", "/dev/null", 1);
  setenv("PULSE_SERVER", "unix:/nowhere/native", 1);

  const auto cards = list_sound_cards();
  setenv("ALSA_CONFIG_PATH", before.c_str(), 1);
  setenv("PULSE_SERVER", server.c_str(), 1);

  REQUIRE(!cards);
  CHECK(cards.error().message.find("ALSA") != std::string::npos);
  CHECK(list_sound_cards());
}
