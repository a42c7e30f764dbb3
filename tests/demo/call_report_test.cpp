#include "tests/demo/call_report.hpp"

#include "common/audio/g711.hpp"

#include "tests/demo/events.hpp"
#include "tests/demo/waveform_picture.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <array>
#include <cmath>

using namespace voice::demo;

namespace {

std::vector<Speech> speeches() {
  std::vector<Speech> all;
  for (const char* name : {"anna", "boris", "clara"}) {
    auto sound = read_sound(std::string(VOICE_SPEECH_DIR "/") + name + ".wav");
    REQUIRE(sound.has_value());
    all.push_back({name, *sound});
  }
  return all;
}

// Adds one speech to a recording, as the server's mixer and a jitter buffer would.
void add(Sound& recording, const Sound& speech, std::size_t at, float gain = 1.0F) {
  const std::size_t end = at + speech.samples.size();
  if (recording.samples.size() < end) recording.samples.resize(end);
  for (std::size_t i = 0; i < speech.samples.size(); ++i) {
    recording.samples[at + i] += gain * speech.samples[i];
  }
}

void through_ulaw(Sound& recording) {
  for (float& sample : recording.samples) {
    const std::array pcm{
        static_cast<std::int16_t>(std::clamp(sample * 32768.0F, -32768.0F, 32767.0F))};
    std::array<std::uint8_t, 1> code{};
    std::array<std::int16_t, 1> back{};
    voice::g711::encode(pcm, code);
    voice::g711::decode(code, back);
    sample = static_cast<float>(back[0]) / 32768.0F;
  }
}

// What `owner` hears in a flawless call. Speakers do not start at exactly the same time, as in
// reality.
Recording flawless(const std::vector<Speech>& all, const std::string& owner) {
  Recording recording{owner, {8000, {}}, std::nullopt};
  std::size_t at = 3210;
  for (const Speech& speech : all) {
    if (speech.name != owner) add(recording.sound, speech.sound, at);
    at += 777;
  }
  through_ulaw(recording.sound);
  return recording;
}

std::vector<std::string> complaints(const std::vector<Speech>& all, const Recording& recording,
                                    Limits limits = {}) {
  const SentTimes unknown(all.size());
  return judge_call(all, unknown, {recording}, limits).complaints;
}

}  // namespace

TEST_CASE("a flawless call causes no complaint", "[demo]") {
  const auto all = speeches();
  const std::string owner = GENERATE("anna", "boris", "clara", "listener");
  INFO(owner);

  const auto report =
      judge_call(all, SentTimes(3), {flawless(all, owner)}, {.delay_ms_max = 60, .gap_ms_max = 0});

  CHECK(report.complaints.empty());
  for (const Pair& pair : report.pairs[0]) {
    CHECK(pair.heard.present == !pair.own);
    if (!pair.own) CHECK(pair.heard.gain == Approx(1.0).margin(0.1));
  }
  if (owner == "listener") CHECK(report.pairs[0][1].heard.lag == 3210 + 777);
}

TEST_CASE("a missing speaker is detected", "[demo]") {
  const auto all = speeches();
  const std::size_t missing = GENERATE(0U, 1U, 2U);
  Recording recording{"listener", {8000, {}}, std::nullopt};
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i != missing) add(recording.sound, all[i].sound, 1000 + 300 * i);
  }
  through_ulaw(recording.sound);

  CHECK(complaints(all, recording) ==
        std::vector<std::string>{"listener does not hear " + all[missing].name});
}

TEST_CASE("a recording of silence contains nobody", "[demo]") {
  const auto all = speeches();
  const Recording recording{"listener", {8000, std::vector<float>(80000)}, std::nullopt};

  CHECK(complaints(all, recording).size() == 3);
}

TEST_CASE("hearing oneself is detected, even faintly", "[demo]") {
  const auto all = speeches();
  const std::size_t owner = GENERATE(0U, 1U, 2U);
  const float gain = GENERATE(1.0F, 0.1F);
  INFO(gain);
  Recording recording = flawless(all, all[owner].name);
  add(recording.sound, all[owner].sound, 4000, gain);
  through_ulaw(recording.sound);

  const auto found = complaints(all, recording);

  REQUIRE(found.size() == 1);
  CHECK(found[0].find("hears itself") != std::string::npos);
}

TEST_CASE("a gap is detected, alone and where all speak", "[demo]") {
  const auto all = speeches();
  Recording recording = flawless(all, "listener");
  const std::size_t at = GENERATE(3210U + 6400U, 3210U + 50400U);  // anna alone, all at once
  std::fill_n(recording.sound.samples.begin() + static_cast<std::ptrdiff_t>(at), 800, 0.0F);

  const auto found = complaints(all, recording);

  REQUIRE_FALSE(found.empty());
  CHECK(found[0].find("missing in") != std::string::npos);
}

TEST_CASE("one speaker's gap is detected while the others go on", "[demo]") {
  auto all = speeches();
  auto cut = all;
  std::fill_n(cut[1].sound.samples.begin() + 48000, 800, 0.0F);  // boris, where all speak

  const auto found = complaints(all, flawless(cut, "listener"));

  REQUIRE(found.size() == 1);
  CHECK(found[0].find("listener hears boris with") == 0);
}

TEST_CASE("what a buffer moves is a short gap, not the loss of the rest", "[demo]") {
  const auto all = speeches();
  Recording recording = flawless(all, "listener");
  recording.sound.samples.insert(recording.sound.samples.begin() + 30000, 320,
                                 0.0F);  // underran: 40 ms

  const auto report = judge_call(all, SentTimes(3), {recording}, {});

  for (const Pair& pair : report.pairs[0]) {
    CHECK(pair.heard.present);
    CHECK(pair.heard.gap_ms <= 100);
    CHECK(pair.heard.gain > 0.8);
  }
}

TEST_CASE("the delay is dated by the first sound", "[demo]") {
  const auto all = speeches();
  Recording recording = flawless(all, "listener");
  recording.first_heard_ms = 5000;  // the frame that contains anna's first sound
  // Boris' file starts 777 samples after anna's; what counts is the frame in which each begins to
  // speak.
  const auto starts_ms = [&](std::size_t i) {
    const auto& samples = all[i].sound.samples;
    const auto first = std::find_if(samples.begin(), samples.end(),
                                    [](float sample) { return std::abs(sample) > 4.0F / 32768; });
    return static_cast<double>((first - samples.begin()) / 160 * 20);
  };
  const double anna_sent_ms = 4960;
  const SentTimes sent{anna_sent_ms, anna_sent_ms + 777 / 8.0 + starts_ms(1) - starts_ms(0),
                       std::nullopt};

  const auto report = judge_call(all, sent, {recording}, {.delay_ms_max = 15, .gap_ms_max = 0});

  // A recording's frames start at any sample, so 20 ms is the best possible accuracy.
  REQUIRE(report.pairs[0][0].delay_ms.has_value());
  REQUIRE(report.pairs[0][1].delay_ms.has_value());
  CHECK(*report.pairs[0][0].delay_ms == Approx(40).margin(20));
  CHECK(*report.pairs[0][1].delay_ms == Approx(*report.pairs[0][0].delay_ms).margin(0.5));
  CHECK_FALSE(report.pairs[0][2].delay_ms.has_value());
  // Two pairs above twice the limit, and the median above the limit.
  CHECK(report.complaints.size() == 3);
}

TEST_CASE("a damaged voice is not taken for an echo of one's own", "[demo]") {
  const auto all = speeches();
  Recording recording = flawless(all, "boris");
  // Two buffers underran, 20 ms each, where anna and clara speak.
  recording.sound.samples.insert(recording.sound.samples.begin() + 11000, 160, 0.0F);
  recording.sound.samples.insert(recording.sound.samples.begin() + 56000, 160, 0.0F);

  const auto report = judge_call(all, SentTimes(3), {recording}, {.gap_ms_max = 200});

  CHECK(report.complaints.empty());
}

TEST_CASE("events are read whatever is around them", "[demo]") {
  const char* lines =
      "{\"event\":\"connected\",\"monotonic_ms\":1.5}\nnoise\n"
      "{\"monotonic_ms\": 12.25, \"event\": \"first_audio_heard\"}\n"
      "{\"event\":\"first_audio_heard\",\"monotonic_ms\":99}";

  CHECK(monotonic_ms_of(lines, "first_audio_heard") == 12.25);
  CHECK(monotonic_ms_of(lines, "connected") == 1.5);
  CHECK_FALSE(monotonic_ms_of(lines, "first_audio").has_value());
}

TEST_CASE("a picture is as wide as the paper and shows where it is loud", "[demo]") {
  std::vector<float> sound(4000, 0.0F);
  std::fill(sound.begin() + 2000, sound.end(), 0.5F);

  CHECK(draw_envelope(sound, {Glyphs::ascii, 8, false}, 1) == "    ####\n    ####\n");
  CHECK(draw_envelope(sound, {Glyphs::unicode, 4, false}, 1) == "  ██\n  ██\n");
  CHECK(draw_lane(sound, 0, sound.size(), {Glyphs::ascii, 4, false}) == "  ==");
  CHECK(draw_envelope(std::vector<float>(100), {Glyphs::ascii, 2, false}, 1) == "  \n  \n");
}
