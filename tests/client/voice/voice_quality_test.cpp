// The quality of the voice that is sent, measured in a simulated room with the library that is
// built in.
#include "tests/client/voice/heard.hpp"
#include "tests/client/voice/room.hpp"
#include "tests/support/catch.hpp"

using namespace voicecli;
using namespace voicecli::test;

namespace {

VoicePath path_for(int rate_hz, VoiceTasks tasks) {
  return {*voice::AudioFormat::from_rate(rate_hz),
          make_voice_processor(voice_processing_rate_hz(rate_hz), tasks)};
}

Sound after_silence(int seconds, const Sound& voice, int rate_hz) {
  Sound all(static_cast<std::size_t>(seconds * rate_hz), 0);
  all.insert(all.end(), voice.begin(), voice.end());
  return all;
}

}  // namespace

TEST_CASE("after a second an echo is 30 dB quieter, at every rate", "[voice_quality]") {
  const int rate_hz = GENERATE(5000, 8000, 11025, 16000, 22050, 44100, 48000);
  CAPTURE(rate_hz);
  VoicePath path = path_for(rate_hz, {.cancel_echo = true});
  Room room({.rate_hz = rate_hz});

  room.run(path, bench::speech(rate_hz, 4), {}, 4);

  CHECK(reduction_db(room, rate_hz, 1, 4) >= 30);
  REQUIRE(path.echo_reduction_db());
  CHECK(*path.echo_reduction_db() >= 20);
}

TEST_CASE("an echo is cancelled with long delays, large rooms and wrong latencies",
          "[voice_quality]") {
  struct Trial {
    double delay_ms;  // besides 40 ms in the ring
    double decay_ms;
    double wrong_ms;
  };
  const auto [delay_ms, decay_ms, wrong_ms] =
      GENERATE(Trial{10, 60, 0}, Trial{90, 150, 0}, Trial{10, 150, -30}, Trial{90, 60, 20});
  CAPTURE(delay_ms, decay_ms, wrong_ms);
  VoicePath path = path_for(8000, {.cancel_echo = true});
  Room room({.rate_hz = 8000,
             .loudspeaker_ms = delay_ms,
             .reported_too_much_ms = wrong_ms,
             .decay_ms = decay_ms});

  room.run(path, bench::speech(8000, 6), {}, 6);

  CHECK(reduction_db(room, 8000, 1, 6) >= 30);
}

TEST_CASE("a voice that talks over the echo is preserved", "[voice_quality]") {
  const int rate_hz = GENERATE(16000, 48000);
  CAPTURE(rate_hz);
  VoicePath path = path_for(rate_hz, {.cancel_echo = true});
  Room room({.rate_hz = rate_hz});
  const Sound said = after_silence(4, bench::speech(rate_hz, 8, 7), rate_hz);

  room.run(path, bench::speech(rate_hz, 12), said, 12.2);

  const Likeness alike = likeness(said, room.sent, rate_hz, 5, 12);
  const double level_db = level_dbfs(room.sent, rate_hz, 5, 12) - level_dbfs(said, rate_hz, 5, 12);
  CHECK(alike.correlation >= 0.75);
  CHECK(level_db >= -5);
  CHECK(level_db <= 1);
}

TEST_CASE("noise in pauses is 12 dB quieter, and the voice in it is not", "[voice_quality]") {
  const int rate_hz = GENERATE(16000, 44100, 48000);
  CAPTURE(rate_hz);
  VoicePath path = path_for(rate_hz, {.suppress_noise = true});
  Room room({.rate_hz = rate_hz, .noise_dbfs = -45});
  const Sound said = after_silence(5, bench::speech(rate_hz, 5, 7), rate_hz);

  room.run(path, {}, said, 10.2);

  const double level_db = level_dbfs(room.sent, rate_hz, 6, 10) - level_dbfs(said, rate_hz, 6, 10);
  CHECK(level_dbfs(room.sent, rate_hz, 2, 5) <= -57);
  CHECK(level_db >= -2);
  CHECK(likeness(said, room.sent, rate_hz, 6, 10).correlation >= 0.95);
}

TEST_CASE("clocks of microphone and loudspeaker that disagree do not bring the echo back",
          "[voice_quality]") {
  const double ppm = GENERATE(200, -200);
  CAPTURE(ppm);
  VoicePath path = path_for(8000, {.cancel_echo = true});
  Room room({.rate_hz = 8000, .loudspeaker_ppm = ppm});

  // Until the clocks are 20 ms apart, and have been aligned again.
  room.run(path, bench::speech(8000, 120), {}, 120);

  for (int from_s = 1; from_s < 120; from_s += 7) {
    CAPTURE(from_s);
    CHECK(reduction_db(room, 8000, from_s, from_s + 7) >= 20);
  }
}

TEST_CASE("another loudspeaker in mid-call, while both ends talk, lets the voice through",
          "[voice_quality]") {
  VoicePath path = path_for(16000, {.cancel_echo = true});
  Room room({});
  const Sound said = after_silence(9, bench::speech(16000, 4, 7), 16000);
  const Sound far = bench::speech(16000, 14);

  room.run(path, far, said, 4);
  room.restart(90);
  room.run(path, far, said, 9.2);

  CHECK(reduction_db(room, 16000, 1, 4) >= 30);
  CHECK(reduction_db(room, 16000, 5.2, 9) >= 30);
  CHECK(likeness(said, room.sent, 16000, 9.5, 13).correlation >= 0.75);
}

TEST_CASE("an echo is found again after the cards were reopened", "[voice_quality]") {
  VoicePath path = path_for(8000, {.cancel_echo = true});
  Room room({.rate_hz = 8000});
  const Sound far = bench::speech(8000, 12);

  room.run(path, far, {}, 4);
  room.restart(100);
  room.run(path, far, {}, 5);

  CHECK(reduction_db(room, 8000, 5.2, 9) >= 30);
}

TEST_CASE("a loudspeaker that has run dry does not bring the echo back", "[voice_quality]") {
  VoicePath path = path_for(8000, {.cancel_echo = true});
  Room room({.rate_hz = 8000});
  const Sound far = bench::speech(8000, 12);

  room.run(path, far, {}, 4);
  room.underrun(80);
  room.run(path, far, {}, 4);

  CHECK(reduction_db(room, 8000, 4, 8) >= 30);
}

TEST_CASE("a quiet voice is raised, and a loud one does not clip", "[voice_quality]") {
  const int raised_db = GENERATE(-20, 12);
  VoicePath path = path_for(16000, {.control_gain = true});
  Room room({});
  Sound said = bench::speech(16000, 10, 7);
  const double gain = std::pow(10.0, raised_db / 20.0);
  for (std::int16_t& sample : said) {
    sample = static_cast<std::int16_t>(std::clamp(sample * gain, -32768.0, 32767.0));
  }

  room.run(path, {}, said, 10);

  const double level_db = level_dbfs(room.sent, 16000, 5, 10);
  if (raised_db < 0) CHECK(level_db >= level_dbfs(said, 16000, 5, 10) + 6);
  if (raised_db > 0) CHECK(level_db <= level_dbfs(said, 16000, 5, 10));
}

TEST_CASE("speech is distinguished from noise", "[voice_quality]") {
  VoicePath path = path_for(16000, {.suppress_noise = true});
  Room room({.noise_dbfs = -50});
  Sound said(std::size_t{16000} * 5, 0);
  const Sound voice = bench::speech(16000, 5, 7);
  said.insert(said.end(), voice.begin(), voice.end());

  room.run(path, {}, said, 5);
  const double of_noise = static_cast<double>(room.speech_lumps) / static_cast<double>(room.lumps);
  room.speech_lumps = room.lumps = 0;
  room.run(path, {}, said, 5);
  const double of_voice = static_cast<double>(room.speech_lumps) / static_cast<double>(room.lumps);

  CHECK(of_noise < 0.2);
  CHECK(of_voice > 0.5);
}

TEST_CASE("a voice is delayed by as much as its processor says", "[voice_quality]") {
  const int rate_hz = GENERATE(8000, 16000, 48000);
  const bool cancels = GENERATE(true, false);
  CAPTURE(rate_hz, cancels);
  const VoiceTasks tasks{.cancel_echo = cancels, .suppress_noise = true};
  const int at_hz = voice_processing_rate_hz(rate_hz);
  const std::size_t delay = make_voice_processor(at_hz, tasks)->delay_samples();
  VoicePath path = path_for(rate_hz, tasks);
  Room room({.rate_hz = rate_hz});
  const Sound said = bench::speech(rate_hz, 4, 7);

  room.run(path, {}, said, 4.2);

  const std::size_t expected = delay * static_cast<std::size_t>(rate_hz / at_hz);
  const std::size_t lag = likeness(said, room.sent, rate_hz, 1, 3.8).lag;
  CHECK(lag + 1 >= expected);
  CHECK(lag <= expected + 1);
}
