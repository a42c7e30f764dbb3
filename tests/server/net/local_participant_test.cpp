// The server's own microphone and loudspeaker, as a participant of a room.
#ifdef VOICE_WITH_SOUND
#include "server/net/local_participant.hpp"

#include "common/device/device.hpp"

#include "tests/server/room/test_room.hpp"

#include <algorithm>
#include <cstdlib>

using namespace voiced::test;
using namespace std::chrono_literals;
using voiced::LocalParticipant;
using voiced::ParticipantId;

namespace {

using Samples = std::vector<std::int16_t>;

constexpr std::size_t frame = 160;

struct Microphone final : voice::CaptureDevice {
  explicit Microphone(Samples& its_sound) : sound(its_sound) {}
  std::size_t read(std::span<std::int16_t> out, voice::TimePoint) override {
    const std::size_t count = std::min(out.size(), sound.size());
    const auto end = sound.begin() + static_cast<std::ptrdiff_t>(count);
    std::copy(sound.begin(), end, out.begin());
    sound.erase(sound.begin(), end);
    return count;
  }
  [[nodiscard]] voice::DeviceStatus status() const override {
    return {voice::DeviceState::running, "fake"};
  }
  Samples& sound;
};

struct Loudspeaker {
  std::size_t needs = 0;  // samples
  Samples heard;
};

struct LoudspeakerDevice final : voice::PlaybackDevice {
  explicit LoudspeakerDevice(Loudspeaker& its) : loudspeaker(its) {}
  std::size_t wanted(voice::TimePoint) override { return loudspeaker.needs; }
  void write(std::span<const std::int16_t> pcm, voice::TimePoint) override {
    loudspeaker.heard.insert(loudspeaker.heard.end(), pcm.begin(), pcm.end());
    loudspeaker.needs -= std::min(loudspeaker.needs, pcm.size());
  }
  [[nodiscard]] voice::Duration latency() const override { return 0ms; }
  [[nodiscard]] voice::DeviceStatus status() const override {
    return {voice::DeviceState::running, "fake"};
  }
  Loudspeaker& loudspeaker;
};

voiced::RoomOptions adaptive() {
  voiced::RoomOptions options = test_options();
  options.playout = {};
  return options;
}

// The server's own sound, one who talks in µ-law and one who listens, tick by tick.
struct Conference : TestRoom {
  explicit Conference(const voiced::LocalAudioOptions& options = {})
      : TestRoom(adaptive()),
        local(std::make_unique<Microphone>(said), std::make_unique<LoudspeakerDevice>(loudspeaker),
              room.format(), options),
        self(join()),
        talker(join()),
        listener(join()) {
    room.set_codec(self, local.codec());
    room.set_sequencing(listener, voiced::Sequencing::trusted);
  }
  // One tick of 20 ms, as the host makes it.
  void tick_all() {
    local.before_mix(room, self, now);
    (void)room.tick(now);
    const auto message = room.message_for(self);
    if (room.contributors() != 0 && !message.empty()) local.deliver(message, now);
    local.after_mix(now);
    now += voice::frame_duration;
  }
  void talk() { say(talker, Payload(frame, 0xA0)); }  // 7932

  Samples said;
  Loudspeaker loudspeaker;
  LocalParticipant local;
  ParticipantId self, talker, listener;
};

bool has_gap(const Samples& pcm) {
  return std::any_of(pcm.begin(), pcm.end(), [](std::int16_t each) { return each == 0; });
}

}  // namespace

TEST_CASE("what the server's microphone hears is said in the room, and a mute is a pause",
          "[local]") {
  Conference trial;
  for (int i = 0; i < 10; ++i) {
    trial.said.insert(trial.said.end(), frame, 1000);
    trial.tick_all();
  }
  CHECK(trial.room.contributes(trial.self));

  trial.local.set_mutes({.microphone = true});
  for (int i = 0; i < 10; ++i) {
    trial.said.insert(trial.said.end(), frame, 1000);
    trial.tick_all();
  }
  CHECK_FALSE(trial.room.contributes(trial.self));
  CHECK(trial.said.empty());
  CHECK(trial.room.find(trial.self)->playout.counters().underflows == 0);

  const auto before = trial.room.find(trial.self)->frames_played;
  trial.local.set_mutes({});
  for (int i = 0; i < 10; ++i) trial.tick_all();
  CHECK(trial.room.find(trial.self)->frames_played == before);
}

TEST_CASE("a card that takes 60 ms at once is given whole frames, without gaps", "[local]") {
  Conference trial;
  for (int i = 0; i < 600; ++i) {
    trial.talk();
    if (i % 3 == 0) trial.loudspeaker.needs += 3 * frame;
    if (i == 300) trial.loudspeaker.heard.clear();
    trial.tick_all();
    CHECK(trial.loudspeaker.needs == 0);
  }
  CHECK(trial.loudspeaker.heard.size() == 300 * frame);
  CHECK_FALSE(has_gap(trial.loudspeaker.heard));
}

TEST_CASE("the server's own loudspeaker is muted and unmuted without a click", "[local]") {
  Conference trial;
  // Keeps the last sample from before.
  const auto play = [&](int ticks) {
    Samples& heard = trial.loudspeaker.heard;
    heard = heard.empty() ? Samples{} : Samples{heard.back()};
    for (int i = 0; i < ticks; ++i) {
      trial.talk();
      trial.loudspeaker.needs += frame;
      trial.tick_all();
    }
  };
  const auto steepest = [&] {
    int most = 0;
    for (std::size_t i = 1; i < trial.loudspeaker.heard.size(); ++i)
      most = std::max(most, std::abs(trial.loudspeaker.heard[i] - trial.loudspeaker.heard[i - 1]));
    return most;
  };
  play(50);
  const bool was_muted = GENERATE(false, true);
  trial.local.set_mutes({.loudspeaker = true});
  if (was_muted) {
    play(10);
    CHECK(trial.loudspeaker.heard.back() == 0);
    trial.local.set_mutes({});
  }
  play(10);
  CHECK(std::abs(trial.loudspeaker.heard.back()) > (was_muted ? 7000 : -1));
  CHECK(std::abs(trial.loudspeaker.heard.back()) < (was_muted ? 9000 : 1));
  CHECK(steepest() < 100);
}

TEST_CASE("the server's own loudspeaker follows the jitter settings of its room", "[local]") {
  Conference trial;
  voice::PlayoutOptions deep;
  deep.mode = voice::JitterMode::fixed;
  deep.depth_packets = 20;
  trial.room.set_playout(deep);
  for (int i = 0; i < 12; ++i) {
    trial.talk();
    trial.loudspeaker.needs += frame;
    trial.tick_all();
  }
  REQUIRE(trial.loudspeaker.heard.size() == 12 * frame);
  // Half full is 200 ms, in the talker's buffer alone.
  CHECK(std::all_of(trial.loudspeaker.heard.begin(), trial.loudspeaker.heard.end(),
                    [](std::int16_t each) { return each == 0; }));
  for (int i = 0; i < 20; ++i) {
    trial.talk();
    trial.loudspeaker.needs += frame;
    trial.tick_all();
  }
  CHECK(trial.loudspeaker.heard.back() == 7932);
}
#endif
