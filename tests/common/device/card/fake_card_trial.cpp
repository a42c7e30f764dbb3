// PortAudio's cards alone: the supervisor and its two devices with cards that misbehave
// (tests/support/fake_portaudio.hpp).
#include "common/device/open/open_devices.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/fake_portaudio.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <thread>

using namespace voice;
using namespace voice::test;
using namespace std::chrono_literals;
using Samples = std::vector<std::int16_t>;

namespace {

const AudioFormat format = AudioFormat::from_rate(8000).value();
const FakeCard plain{"Plain Card", 1, 2, {44100, 8000}};

FakePortaudio& portaudio() {
  return FakePortaudio::instance();
}

// Keeps the sound server of the machine's user out of the tests.
const int no_server = setenv("PULSE_SERVER", "unix:/nowhere/native", 1);

struct Card {
  explicit Card(const std::string& input = "", const std::string& output = "")
      : devices(open_devices(input, output, format).value()) {}

  // The supervisor's thread works in real time: runs the card until `is_true` holds.
  bool eventually(const std::function<bool()>& is_true, bool card_runs = true) {
    return voice::test::eventually([&] {
      if (card_runs) portaudio().run(80, 500);
      return is_true();
    });
  }
  [[nodiscard]] bool both_are(DeviceState state) const {
    return devices.capture->status().state == state && devices.playback->status().state == state;
  }
  Samples heard() {
    Samples piece(8000);
    piece.resize(devices.capture->read(piece, now));
    return piece;
  }
  void play(std::int16_t level) {
    now += 20ms;
    devices.playback->write(Samples(devices.playback->wanted(now), level), now);
  }

  TimePoint now = std::chrono::steady_clock::now();
  Devices devices;
};

}  // namespace

TEST_CASE("a card that supports mono at the call's rate is opened with that", "[card]") {
  portaudio().plug({plain});
  Card card;

  REQUIRE(card.eventually([&] { return card.both_are(DeviceState::running); }));

  const auto streams = portaudio().streams();
  REQUIRE(streams.size() == 2);
  for (const FakeStream& stream : streams) {
    CHECK(stream.channels == 1);
    CHECK(stream.rate_hz == 8000);
  }
  CHECK(card.devices.capture->status().detail == "Plain Card (Fake, 8000 Hz)");
}

TEST_CASE("a card that refuses mono and the call's rate is opened with its own, and converted",
          "[card]") {
  struct Row {
    const char* what;
    FakeCard card;
    int channels, rate_hz;
  };
  const auto row = GENERATE(values<Row>({{"no mono", {"c", 2, 2, {8000}}, 2, 8000},
                                         {"no 8000 Hz", {"c", 1, 2, {48000}}, 1, 48000},
                                         {"neither", {"c", 2, 2, {44100}}, 2, 44100},
                                         {"all or nothing", {"c", 8, 8, {48000}}, 8, 48000}}));
  INFO(row.what);
  portaudio().plug({row.card});
  Card card;
  REQUIRE(card.eventually([&] { return card.both_are(DeviceState::running); }, false));
  for (const FakeStream& stream : portaudio().streams()) {
    CHECK(stream.channels == row.channels);
    CHECK(stream.rate_hz == row.rate_hz);
  }

  // One second, by the card's clock.
  static_cast<void>(portaudio().played());
  Samples heard;
  for (int block = 0; block < 50; ++block) {
    card.play(700);
    portaudio().run(static_cast<std::size_t>(row.rate_hz / 50), 500);
    const Samples piece = card.heard();
    heard.insert(heard.end(), piece.begin(), piece.end());
  }

  CHECK(heard.size() > 7900);
  CHECK(heard.size() <= 8000);
  CHECK(std::count(heard.begin() + 1000, heard.end(), std::int16_t{500}) > 6900);
  const Samples played = portaudio().played();
  const auto loud = std::count_if(played.begin(), played.end(),
                                  [](std::int16_t s) { return s >= 690 && s <= 710; });
  CHECK(loud > (row.channels == 1 ? 1 : 2) * row.rate_hz * 9 / 10);
  CHECK(card.devices.playback->status().gap_samples == 0);
}

TEST_CASE("a card that appears late is used at once", "[card]") {
  portaudio().plug({});
  Card card;
  REQUIRE(card.eventually([&] {
    return card.devices.capture->status().detail.find("no default") != std::string::npos;
  }));
  CHECK(card.both_are(DeviceState::waiting));

  portaudio().plug({plain});

  CHECK(card.eventually([&] { return card.both_are(DeviceState::running); }));
}

TEST_CASE("a card whose callbacks stop is opened again", "[card]") {
  portaudio().plug({plain});
  Card card;
  REQUIRE(card.eventually([&] { return card.both_are(DeviceState::running); }));

  CHECK(card.eventually([&] { return card.both_are(DeviceState::waiting); }, false));
  CHECK(card.eventually([&] { return card.both_are(DeviceState::running); }));
}

TEST_CASE("a card that ends is opened again", "[card]") {
  portaudio().plug({plain});
  Card card;
  REQUIRE(card.eventually([&] { return card.both_are(DeviceState::running); }));
  portaudio().plug({});
  portaudio().end_streams();
  REQUIRE(card.eventually([&] { return card.both_are(DeviceState::waiting); }));

  portaudio().plug({plain});

  CHECK(card.eventually([&] { return card.both_are(DeviceState::running); }));
}

TEST_CASE("a missing microphone lets the loudspeaker play on, and is found when plugged in",
          "[card]") {
  portaudio().plug({plain});
  Card card("headset", "plain");
  REQUIRE(card.eventually(
      [&] { return card.devices.playback->status().state == DeviceState::running; }));
  CHECK(card.devices.capture->status().state == DeviceState::waiting);

  portaudio().plug({plain, {"USB Headset", 1, 1, {8000}}});

  CHECK(card.eventually([&] { return card.both_are(DeviceState::running); }));
}

TEST_CASE("the loudspeaker holds as little sound as its card needs", "[card]") {
  portaudio().plug({plain});
  Card card("null", "");
  REQUIRE(card.eventually(
      [&] { return card.devices.playback->status().state == DeviceState::running; }, false));

  for (int tick = 0; tick < 200; ++tick) {
    card.play(700);
    portaudio().run(80, 0);
    portaudio().run(80, 0);
  }

  CHECK(card.devices.playback->latency() <= 50ms);
  CHECK(card.devices.playback->status().gap_samples == 0);
}

TEST_CASE("a loudspeaker that runs dry holds more from then on", "[card]") {
  portaudio().plug({plain});
  Card card("null", "");
  REQUIRE(card.eventually(
      [&] { return card.devices.playback->status().state == DeviceState::running; }, false));
  const auto lump = [&] {  // 50 ms at once
    card.play(700);
    for (int i = 0; i < 5; ++i) portaudio().run(80, 0);
  };
  for (int i = 0; i < 30; ++i) lump();
  const auto gaps = card.devices.playback->status().gap_samples;

  for (int i = 0; i < 30; ++i) lump();

  CHECK(gaps > 0);
  CHECK(card.devices.playback->status().gap_samples == gaps);
}

TEST_CASE("a loudspeaker that has run dry goes back to little delay, without a gap", "[card]") {
  portaudio().plug({plain});
  Card card("null", "");
  REQUIRE(card.eventually(
      [&] { return card.devices.playback->status().state == DeviceState::running; }, false));
  for (int i = 0; i < 30; ++i) {  // lumps of 50 ms
    card.play(700);
    for (int block = 0; block < 5; ++block) portaudio().run(80, 0);
  }
  const auto gaps = card.devices.playback->status().gap_samples;
  REQUIRE(gaps > 0);

  for (int tick = 0; tick < 50 * 200; ++tick) {
    card.play(700);
    portaudio().run(80, 0);
    portaudio().run(80, 0);
  }

  CHECK(card.devices.playback->latency() <= 50ms);
  CHECK(card.devices.playback->status().gap_samples == gaps);
}

TEST_CASE("a microphone that is not read for long keeps only the newest sound", "[card]") {
  portaudio().plug({plain});
  Card card("", "null");
  REQUIRE(card.eventually(
      [&] { return card.devices.capture->status().state == DeviceState::running; }, false));
  static_cast<void>(card.heard());

  for (int i = 0; i < 80; ++i) portaudio().run(80, static_cast<std::int16_t>(i));
  const Samples heard = card.heard();

  REQUIRE(heard.size() == 480);  // 60 ms
  CHECK(heard.back() == 79);
  CHECK(card.devices.capture->status().gap_samples == 80 * 80 - 480);
}
