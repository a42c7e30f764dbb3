#include "tests/bench/sound/echo.hpp"

#include "tests/client/voice/heard.hpp"

namespace bench {
namespace {

using namespace voicecli;
using namespace voicecli::test;

VoicePath path_for(int rate_hz, VoiceTasks tasks) {
  return {*voice::AudioFormat::from_rate(rate_hz),
          make_voice_processor(voice_processing_rate_hz(rate_hz), tasks)};
}

double reduced(int rate_hz, double ppm, double seconds) {
  VoicePath path = path_for(rate_hz, {.cancel_echo = true});
  Room room({.rate_hz = rate_hz, .loudspeaker_ppm = ppm});
  room.run(path, speech(rate_hz, static_cast<std::size_t>(seconds)), {}, seconds);
  return reduction_db(room, rate_hz, 1, seconds);
}

double reduced_after_change(int rate_hz) {
  VoicePath path = path_for(rate_hz, {.cancel_echo = true});
  Room room({.rate_hz = rate_hz});
  const Sound far = speech(rate_hz, 8);
  room.run(path, far, {}, 4);
  room.restart(90);
  room.run(path, far, {}, 4);
  return reduction_db(room, rate_hz, 5.2, 8);
}

void judge_talk(int rate_hz, EchoVerdict& verdict) {
  VoicePath path = path_for(rate_hz, {.cancel_echo = true});
  Room room({.rate_hz = rate_hz});
  Sound said(static_cast<std::size_t>(rate_hz) * 4, 0);
  const Sound voice = speech(rate_hz, 8, 7);
  said.insert(said.end(), voice.begin(), voice.end());
  room.run(path, speech(rate_hz, 12), said, 12.2);
  verdict.talk_db = level_dbfs(room.sent, rate_hz, 5, 12) - level_dbfs(said, rate_hz, 5, 12);
  verdict.talk_likeness = likeness(said, room.sent, rate_hz, 5, 12).correlation;
}

double fan_left(int rate_hz) {
  VoicePath path = path_for(rate_hz, {.suppress_noise = true});
  Room room({.rate_hz = rate_hz, .noise_dbfs = -45});
  room.run(path, {}, {}, 5);
  return level_dbfs(room.sent, rate_hz, 2, 5);
}

}  // namespace

EchoVerdict judge_echo(int rate_hz) {
  EchoVerdict verdict{.reduction_db = reduced(rate_hz, 0, 4),
                      .drift_db = reduced(rate_hz, 200, 10),
                      .change_db = reduced_after_change(rate_hz),
                      .fan_dbfs = fan_left(rate_hz)};
  judge_talk(rate_hz, verdict);
  return verdict;
}

}  // namespace bench
