#include "common/device/open/open_devices.hpp"

#include "common/audio/tone.hpp"

#include "tests/common/device/formats.hpp"
#include "tests/common/device/sound_files.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

#include <cmath>
#include <vector>

using namespace voice;
using namespace voice::test;
using namespace std::chrono_literals;
using Samples = std::vector<std::int16_t>;

TEST_CASE("the null microphone never says anything", "[device]") {
  const auto devices = open_devices("null", "null", format(8000)).value();
  Samples piece(160);

  CHECK(devices.capture->read(piece, start) == 0);
  CHECK(devices.capture->read(piece, start + 1h) == 0);
  CHECK(devices.capture->status().state == DeviceState::running);
}

TEST_CASE("the null loudspeaker takes exactly the rate", "[device]") {
  const int rate_hz = GENERATE(5000, 8000, 11025, 44100);
  const auto devices = open_devices("null", "null", format(rate_hz)).value();
  std::size_t total = devices.playback->wanted(start);

  for (int tick = 1; tick <= 500; ++tick) {
    const TimePoint now = start + tick * 20ms;
    const std::size_t wanted = devices.playback->wanted(now);
    devices.playback->write(Samples(wanted), now);
    total += wanted;
  }

  CHECK(total == static_cast<std::size_t>(rate_hz) * 10);
  CHECK(devices.playback->latency() == Duration::zero());
}

TEST_CASE("the tone microphone hears one tone, at the rate's pace", "[device]") {
  const int rate_hz = GENERATE(5000, 8000, 11025, 48000);
  const auto devices = open_devices("tone:440", "null", format(rate_hz)).value();
  Samples heard;
  Samples piece(2000);

  for (int tick = 0; tick <= 100; ++tick) {
    const std::size_t count = devices.capture->read(piece, start + tick * 20ms);
    heard.insert(heard.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(count));
  }

  CHECK(heard.size() == static_cast<std::size_t>(rate_hz * 2 + rate_hz * 25 / 1000));
  const auto second = std::span(heard).first(static_cast<std::size_t>(rate_hz));
  CHECK(goertzel_rms(second, format(rate_hz), 440) == Approx(8192 / std::sqrt(2)).epsilon(0.01));
}

TEST_CASE("a file on both sides: one is heard, the other is written", "[device]") {
  ScratchDirectory folder;
  Samples pcm(8000);
  Tone(format(8000), 440).generate(pcm);
  write_sound_file(folder.file("in.wav"), 8000, 1, SF_FORMAT_WAV | SF_FORMAT_PCM_16, pcm);
  {
    const auto devices =
        open_devices(folder.file("in.wav"), folder.file("out.wav"), format(8000)).value();
    Samples piece(2000);
    for (int tick = 0; devices.capture->status().state == DeviceState::running; ++tick) {
      const TimePoint now = start + tick * 20ms;
      const std::size_t count = devices.capture->read(piece, now);
      devices.playback->write(std::span(piece).first(count), now);
    }
  }

  CHECK(read_sound_file(folder.file("out.wav")).samples == pcm);
}

TEST_CASE("a recording may not overwrite what it listens to", "[device]") {
  ScratchDirectory folder;
  const Samples pcm(100, std::int16_t{5});
  write_sound_file(folder.file("a.wav"), 8000, 1, SF_FORMAT_WAV | SF_FORMAT_PCM_16, pcm);

  const auto devices = open_devices(folder.file("a.wav"), folder.file("./a.wav"), format(8000));

  REQUIRE(!devices);
  CHECK(devices.error().message.find("is also the input") != std::string::npos);
  CHECK(read_sound_file(folder.file("a.wav")).samples == pcm);
}

TEST_CASE("impossible devices are refused, each with its reason", "[device]") {
  ScratchDirectory folder;
  struct Row {
    std::string input, output, why;
  };
  for (const Row& row :
       {Row{folder.file("none.wav"), "null", "o such file"}, Row{"tone:9000", "null", "1 to 3999"},
        Row{"null", "tone:440", "only be an input"}, Row{"null", "out.flac", ".wav"},
        Row{"null", folder.file("none/out.wav"), "cannot write"}}) {
    INFO(row.input << " " << row.output);
    const auto devices = open_devices(row.input, row.output, format(8000));
    REQUIRE(!devices);
    INFO(devices.error().message);
    CHECK(devices.error().message.find(row.why) != std::string::npos);
  }
}

TEST_CASE("each device state has a name", "[device]") {
  CHECK(std::string(to_string(DeviceState::waiting)) == "waiting");
  CHECK(std::string(to_string(DeviceState::running)) == "running");
  CHECK(std::string(to_string(DeviceState::ended)) == "ended");
  CHECK(std::string(to_string(DeviceState::failed)) == "failed");
}
