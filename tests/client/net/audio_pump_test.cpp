#include "client/net/audio_pump.hpp"

#include "common/audio/g711.hpp"

#include "tests/client/call/call_fixture.hpp"

#include <algorithm>
#include <deque>

using namespace voicecli;
using namespace voicecli::test;

namespace {

/// A microphone with prepared samples, of which each read returns at most `lump`.
struct FakeMicrophone final : voice::CaptureDevice {
  std::size_t read(std::span<std::int16_t> out, voice::TimePoint) override {
    const std::size_t count = std::min({out.size(), samples.size(), lump});
    std::copy_n(samples.begin(), count, out.begin());
    samples.erase(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }
  voice::DeviceStatus status() const override { return {state, "fake", 0}; }

  std::deque<std::int16_t> samples;
  std::size_t lump = 100;
  voice::DeviceState state = voice::DeviceState::running;
};

/// Halves what the microphone hears.
struct HalvingProcessor final : VoiceProcessor {
  bool process(std::span<std::int16_t> microphone,
               std::span<const std::int16_t> loudspeaker) override {
    for (std::int16_t& sample : microphone) sample = static_cast<std::int16_t>(sample / 2);
    ++blocks;
    played.insert(played.end(), loudspeaker.begin(), loudspeaker.end());
    return false;
  }
  std::size_t delay_samples() const noexcept override { return 0; }
  void reset() override {}

  int blocks = 0;
  Pcm played;
};

/// A loudspeaker that wants samples until it has heard `goal` of them.
struct FakeLoudspeaker final : voice::PlaybackDevice {
  std::size_t wanted(voice::TimePoint) override {
    return heard.size() < goal ? goal - heard.size() : 0;
  }
  void write(std::span<const std::int16_t> pcm, voice::TimePoint) override {
    heard.insert(heard.end(), pcm.begin(), pcm.end());
  }
  voice::Duration latency() const override { return std::chrono::milliseconds{100}; }
  voice::DeviceStatus status() const override { return {voice::DeviceState::running, "fake", 0}; }

  Pcm heard;
  std::size_t goal = 0;
};

struct Desk {
  explicit Desk(int rate_hz = 8000, std::unique_ptr<VoiceProcessor> processor = nullptr)
      : Desk(*voice::AudioFormat::from_rate(rate_hz), std::make_unique<FakeMicrophone>(),
             std::make_unique<FakeLoudspeaker>(), std::move(processor)) {}
  Desk(voice::AudioFormat format, std::unique_ptr<FakeMicrophone> in,
       std::unique_ptr<FakeLoudspeaker> out, std::unique_ptr<VoiceProcessor> processor)
      : microphone(*in),
        loudspeaker(*out),
        pump({std::move(in), std::move(out), nullptr}, nullptr, format, std::move(processor)) {}

  FakeMicrophone& microphone;
  FakeLoudspeaker& loudspeaker;
  AudioPump pump;
};

std::uint8_t ulaw(std::int16_t sample) {
  std::uint8_t code = 0;
  voice::g711::encode({&sample, 1}, {&code, 1});
  return code;
}

}  // namespace

TEST_CASE("everything from the microphone goes into the call", "[audio_pump]") {
  Desk desk;
  ClassicLine line;
  desk.microphone.samples.assign(320, 9000);

  desk.pump.microphone(&line.call, line.now);
  line.tick(2);

  CHECK(desk.microphone.samples.empty());
  CHECK(messages_of(line.sent()).size() == 2);
}

TEST_CASE("sound from before a call is never sent later", "[audio_pump]") {
  Desk desk;
  ClassicLine line;
  desk.microphone.samples.assign(4000, 9000);

  desk.pump.microphone(nullptr, line.now);
  CHECK(desk.microphone.samples.empty());
  desk.pump.microphone(&line.call, line.now);
  line.tick(10);

  CHECK(line.sent().empty());
}

TEST_CASE("devices with another rate take no part in a call", "[audio_pump]") {
  Desk desk{48000};
  ClassicLine line;
  desk.microphone.lump = 960;
  desk.loudspeaker.goal = 960;

  for (std::uint16_t i = 0; i < 20; ++i) {
    line.receive(packet(i, 0x10));
    desk.microphone.samples.assign(960, 9000);
    desk.pump.microphone(&line.call, line.now);
    desk.pump.loudspeaker(&line.call, {}, line.now);
    line.tick();
  }

  CHECK(desk.microphone.samples.empty());
  CHECK(line.sent().empty());
  CHECK(desk.loudspeaker.heard == Pcm(960, 0));
}

TEST_CASE("a file's end sends the rest of its last frame, once", "[audio_pump]") {
  Desk desk;
  ClassicLine line;
  desk.microphone.samples.assign(170, 9000);
  desk.microphone.state = voice::DeviceState::ended;

  for (int i = 0; i < 5; ++i) {
    desk.pump.microphone(&line.call, line.now);
    line.tick();
  }

  CHECK(messages_of(line.sent()).size() == 2);
}

TEST_CASE("the loudspeaker gets whole frames as long as it wants some", "[audio_pump]") {
  Desk desk;
  ClassicLine line;
  line.receive(packet(1, 0x10));
  line.receive(packet(2, 0x10));
  desk.loudspeaker.goal = 161;

  desk.pump.loudspeaker(&line.call, {}, line.now);
  desk.pump.loudspeaker(&line.call, {}, line.now);

  REQUIRE(desk.loudspeaker.heard.size() == 320);
  CHECK(std::count(desk.loudspeaker.heard.begin(), desk.loudspeaker.heard.end(), 0) == 0);
}

TEST_CASE("without a call, or before its announcement, the loudspeaker gets silence at its pace",
          "[audio_pump]") {
  Desk desk{11025};
  Line not_announced;
  desk.loudspeaker.goal = 440;

  desk.pump.loudspeaker(nullptr, {}, start);
  CHECK(desk.loudspeaker.heard == Pcm(441, 0));
  desk.loudspeaker.goal = 882;
  desk.pump.loudspeaker(&not_announced.call, {}, start);
  CHECK(desk.loudspeaker.heard == Pcm(882, 0));
}

TEST_CASE("a loudspeaker that wants any amount gets a second at a time", "[audio_pump]") {
  Desk desk;
  desk.loudspeaker.goal = 10'000'000;
  desk.pump.loudspeaker(nullptr, {}, start);
  CHECK(desk.loudspeaker.heard.size() == 8000);
}

TEST_CASE("a voice is processed before it is sent", "[audio_pump]") {
  Desk desk{8000, std::make_unique<HalvingProcessor>()};
  ClassicLine line;
  desk.microphone.samples.assign(320, 9000);

  desk.pump.microphone(&line.call, line.now);
  line.tick(2);

  const auto messages = messages_of(line.sent());
  REQUIRE(messages.size() == 2);
  for (const auto& message : messages) {
    CHECK(message.back() == ulaw(4500));
  }
}

TEST_CASE("a voice is processed even while nobody hears it", "[audio_pump]") {
  auto processor = std::make_unique<HalvingProcessor>();
  const HalvingProcessor& seen = *processor;
  Desk desk{8000, std::move(processor)};
  ClassicLine line;
  desk.microphone.samples.assign(320, 9000);
  desk.pump.microphone(nullptr, line.now);
  CHECK(seen.blocks == 4);

  desk.microphone.samples.assign(320, 9000);
  desk.pump.microphone(&line.call, line.now);
  line.controls.microphone_muted = true;
  line.tick(2);
  CHECK(seen.blocks == 8);
  CHECK(line.sent().empty());
}

TEST_CASE("the processor gets what the loudspeaker played", "[audio_pump]") {
  auto processor = std::make_unique<HalvingProcessor>();
  const HalvingProcessor& seen = *processor;
  Desk desk{8000, std::move(processor)};
  ClassicLine line;
  desk.pump.microphone(&line.call, line.now);
  line.receive(packet(1, 0x10));
  for (std::uint16_t i = 2; i <= 7; ++i) {
    line.receive(packet(i, 0x10));
    desk.loudspeaker.goal += 160;
    desk.pump.loudspeaker(&line.call, {}, line.now);
  }
  for (int i = 0; i < 200; ++i) desk.pump.microphone(&line.call, line.now);

  desk.microphone.samples.assign(80, 9000);
  desk.pump.microphone(&line.call, line.now);

  // 800 of 960 samples wait in the loudspeaker, and the reference is 480 early.
  const Pcm& heard = desk.loudspeaker.heard;
  REQUIRE(seen.played.size() == 80);
  CHECK(std::equal(seen.played.begin(), seen.played.end(), heard.begin() + 160 + 480));
  CHECK(seen.played.front() != 0);
}

TEST_CASE("a file's end sends what is still being processed", "[audio_pump]") {
  Desk desk{8000, std::make_unique<HalvingProcessor>()};
  ClassicLine line;
  desk.microphone.samples.assign(170, 9000);
  desk.microphone.state = voice::DeviceState::ended;

  for (int i = 0; i < 5; ++i) {
    desk.pump.microphone(&line.call, line.now);
    line.tick();
  }

  const auto messages = messages_of(line.sent());
  REQUIRE(messages.size() >= 2);
  CHECK(messages[1][messages[1].size() - 160 + 9] == ulaw(4500));
}
