#include "client/net/audio_pump.hpp"

#include "tests/client/call/call_fixture.hpp"

#include <algorithm>
#include <deque>

using namespace voicecli;
using namespace voicecli::test;

namespace {

/// A microphone with samples prepared, handed out at most `lump` at a time.
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

/// A loudspeaker that wants what it is told to want.
struct FakeLoudspeaker final : voice::PlaybackDevice {
  std::size_t wanted(voice::TimePoint) override {
    return heard.size() < goal ? goal - heard.size() : 0;
  }
  void write(std::span<const std::int16_t> pcm, voice::TimePoint) override {
    heard.insert(heard.end(), pcm.begin(), pcm.end());
  }
  voice::Duration latency() const override { return {}; }
  voice::DeviceStatus status() const override { return {voice::DeviceState::running, "fake", 0}; }

  Pcm heard;
  std::size_t goal = 0;
};

struct Desk {
  explicit Desk(int rate_hz = 8000)
      : Desk(*voice::AudioFormat::from_rate(rate_hz), std::make_unique<FakeMicrophone>(),
             std::make_unique<FakeLoudspeaker>()) {}
  Desk(voice::AudioFormat format, std::unique_ptr<FakeMicrophone> in,
       std::unique_ptr<FakeLoudspeaker> out)
      : microphone(*in),
        loudspeaker(*out),
        pump({std::move(in), std::move(out), nullptr}, nullptr, format) {}

  FakeMicrophone& microphone;
  FakeLoudspeaker& loudspeaker;
  AudioPump pump;
};

}  // namespace

TEST_CASE("all that the microphone has goes into the call", "[audio_pump]") {
  Desk desk;
  ClassicLine line;
  desk.microphone.samples.assign(320, 9000);

  desk.pump.microphone(&line.call, line.now);
  line.tick(2);

  CHECK(desk.microphone.samples.empty());
  CHECK(messages_of(line.sent()).size() == 2);
}

TEST_CASE("what is said without a call is never sent later", "[audio_pump]") {
  Desk desk;
  ClassicLine line;
  desk.microphone.samples.assign(4000, 9000);

  desk.pump.microphone(nullptr, line.now);
  CHECK(desk.microphone.samples.empty());
  desk.pump.microphone(&line.call, line.now);
  line.tick(10);

  CHECK(line.sent().empty());
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

TEST_CASE("a loudspeaker without measure gets a second at a time", "[audio_pump]") {
  Desk desk;
  desk.loudspeaker.goal = 10'000'000;
  desk.pump.loudspeaker(nullptr, {}, start);
  CHECK(desk.loudspeaker.heard.size() == 8000);
}
