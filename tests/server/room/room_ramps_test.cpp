// What the operator switches changes in the course of a frame, so that nobody hears a click.
#include "common/audio/l16.hpp"

#include "tests/server/room/test_room.hpp"

#include <cmath>
#include <cstdlib>
#include <numbers>

using namespace voiced::test;
using voice::CodecId;
using voiced::ParticipantId;

namespace {

using Samples = std::vector<std::int16_t>;

constexpr int rate_hz = 16000;
constexpr std::size_t frame = 320;

// One who says a tone of 200 Hz, one who speaks digital silence, and one who hears them, in L16.
struct Conference : TestRoom {
  Conference() : TestRoom(test_options(rate_hz)), talker(join()), other(join()), listener(join()) {
    for (const ParticipantId each : {talker, other, listener}) room.set_codec(each, CodecId::l16);
  }
  void speak(int ticks) {
    for (int i = 0; i < ticks; ++i) {
      Samples pcm(frame);
      for (auto& sample : pcm) {
        const double turns = 200.0 * static_cast<double>(said++) / rate_hz;
        sample = static_cast<std::int16_t>(10'000 * std::sin(2 * std::numbers::pi * turns));
      }
      Payload payload(2 * frame);
      voice::l16::encode(pcm, payload);
      say(talker, payload);
      say(other, Payload(2 * frame, 0));
      const auto payload_heard = heard_by(listener, tick());
      REQUIRE(payload_heard);
      voice::l16::decode(*payload_heard, pcm);
      heard.insert(heard.end(), pcm.begin(), pcm.end());
    }
  }
  // The sharpest bend of the curve.
  [[nodiscard]] int sharpest() const {
    int most = 0;
    for (std::size_t i = 2; i < heard.size(); ++i)
      most = std::max(most, std::abs(heard[i] - 2 * heard[i - 1] + heard[i - 2]));
    return most;
  }

  ParticipantId talker, other, listener;
  std::size_t said = 25;  // so that frames do not end where the tone is zero
  Samples heard;
};

}  // namespace

TEST_CASE("mute, unmute and gain in mid-word make no click", "[room]") {
  Conference trial;
  trial.speak(5);
  trial.heard.clear();
  trial.speak(10);
  const int own = trial.sharpest();
  REQUIRE(own > 20);

  SECTION("mute") {
    trial.room.set_mutes(trial.talker, {.microphone = true});
  }
  SECTION("made a listener") {
    trial.room.set_listener(trial.talker, true);
  }
  SECTION("made a listener, and muted after that") {
    trial.room.set_listener(trial.talker, true);
    trial.speak(5);
    trial.room.set_mutes(trial.talker, {.microphone = true});
    trial.speak(5);
    trial.room.set_listener(trial.talker, false);
    trial.speak(5);
    trial.room.set_mutes(trial.talker, {});
  }
  SECTION("softer") {
    trial.room.set_gain(trial.talker, -20);
  }
  SECTION("louder and back") {
    trial.room.set_gain(trial.talker, 6);
    trial.speak(2);
    trial.room.set_gain(trial.talker, 0);
  }
  SECTION("unmute") {
    trial.room.set_mutes(trial.talker, {.microphone = true});
    trial.speak(5);
    trial.room.set_mutes(trial.talker, {});
  }
  trial.speak(5);
  CHECK(trial.sharpest() < 3 * own);
}

TEST_CASE("the frame after a mute is faded out, and then nothing is heard", "[room]") {
  Conference trial;
  trial.speak(5);
  trial.room.set_mutes(trial.talker, {.microphone = true});
  trial.heard.clear();
  trial.speak(2);
  const auto loud = [](std::int16_t sample) { return std::abs(sample) > 1000; };
  CHECK(std::any_of(trial.heard.begin(), trial.heard.begin() + frame / 2, loud));
  CHECK(std::all_of(trial.heard.begin() + frame, trial.heard.end(),
                    [](std::int16_t sample) { return sample == 0; }));
}

TEST_CASE("who is muted while silent is not heard at all", "[room]") {
  Conference trial;
  trial.room.set_mutes(trial.talker, {.microphone = true});
  trial.speak(5);
  CHECK(std::all_of(trial.heard.begin(), trial.heard.end(),
                    [](std::int16_t sample) { return sample == 0; }));
}

TEST_CASE("mutes that are taken back at once change nothing", "[room]") {
  Conference trial, same;
  trial.speak(5);
  same.speak(5);
  trial.room.set_mutes(trial.talker, {.microphone = true});
  trial.room.set_mutes(trial.talker, {});
  trial.room.set_gain(trial.talker, -6);
  trial.room.set_gain(trial.talker, 0);
  trial.speak(2);
  same.speak(2);
  REQUIRE(trial.heard.size() == same.heard.size());
  for (std::size_t i = 0; i < same.heard.size(); ++i)
    REQUIRE(std::abs(trial.heard[i] - same.heard[i]) <= 1);
}
