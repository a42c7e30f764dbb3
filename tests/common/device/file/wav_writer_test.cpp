#include "common/device/file/wav_writer.hpp"

#include "common/device/file/file_playback.hpp"

#include "tests/common/device/formats.hpp"
#include "tests/common/device/sound_files.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/full_disk.hpp"
#include "tests/support/scratch_directory.hpp"

#include <filesystem>

using namespace voice;
using namespace voice::test;
using namespace std::chrono_literals;
using Samples = std::vector<std::int16_t>;

namespace {

Samples counting(std::size_t count) {
  Samples pcm(count);
  for (std::size_t i = 0; i < count; ++i) pcm[i] = static_cast<std::int16_t>(i % 30011);
  return pcm;
}

}  // namespace

TEST_CASE("a recording is 16-bit mono WAV at the call's rate, sample for sample", "[wav]") {
  ScratchDirectory folder;
  const int rate_hz = GENERATE(5000, 8000, 11025, 22050, 44100, 48000);
  const Samples pcm = counting(12345);
  {
    auto writer = WavWriter::open(folder.file("a.wav"), format(rate_hz)).value();
    REQUIRE(writer.write(std::span(pcm).first(5000)));
    REQUIRE(writer.write(std::span(pcm).subspan(5000)));
  }

  const SoundFile file = read_sound_file(folder.file("a.wav"));

  CHECK(file.rate_hz == rate_hz);
  CHECK(file.channels == 1);
  CHECK(file.format == (SF_FORMAT_WAV | SF_FORMAT_PCM_16));
  CHECK(file.samples == pcm);
}

TEST_CASE("a recording under way can be read, but for its last second", "[wav]") {
  ScratchDirectory folder;
  const Samples frame = counting(160);
  auto writer = WavWriter::open(folder.file("a.wav"), format(8000)).value();
  CHECK(read_sound_file(folder.file("a.wav")).rate_hz == 8000);

  for (std::size_t frames = 1; frames <= 50 * 10; ++frames) {
    REQUIRE(writer.write(frame));
    if (frames % 25 != 0) continue;
    // A reader finds what a killed writer would leave behind.
    const SoundFile file = read_sound_file(folder.file("a.wav"));
    CHECK(file.samples.size() + 8000 >= frames * 160);
    CHECK(file.samples.size() <= frames * 160);
  }
}

TEST_CASE("a path that cannot be written is reported at once, with the reason", "[wav]") {
  ScratchDirectory folder;

  const auto writer = WavWriter::open(folder.file("no/such/folder/a.wav"), format(8000));

  REQUIRE(!writer);
  CHECK(writer.error().message.find("no/such/folder/a.wav") != std::string::npos);
  CHECK(writer.error().message.find("o such file or directory") != std::string::npos);
}

TEST_CASE("a file loudspeaker takes exactly the call's pace", "[wav]") {
  ScratchDirectory folder;
  const int rate_hz = GENERATE(5000, 8000, 11025, 44100);
  {
    FilePlayback playback(std::make_shared<WavRecorder>(folder.file("a.wav"), format(rate_hz)),
                          format(rate_hz));
    CHECK(playback.wanted(start) == 0);
    for (int tick = 1; tick <= 500; ++tick) {
      const TimePoint now = start + tick * 20ms;
      playback.write(Samples(playback.wanted(now), std::int16_t{1}), now);
      CHECK(playback.wanted(now) == 0);
    }
    CHECK(playback.status().state != DeviceState::failed);
  }

  CHECK(read_sound_file(folder.file("a.wav")).samples.size() ==
        static_cast<std::size_t>(rate_hz) * 10);
}

#ifdef __linux__
TEST_CASE("a recording that cannot be completed when it is closed is not whole", "[wav]") {
  ScratchDirectory folder;
  const std::string path = folder.file("a.wav");
  auto writer = WavWriter::open(path, format(8000)).value();
  REQUIRE(writer.write(counting(100)));
  SECTION("its header cannot be written") {
    fill_disk_under(path);
    const auto closed = writer.close();
    REQUIRE_FALSE(closed);
    CHECK(closed.error().message == "cannot write '" + path + "': No space left on device");
  }
  SECTION("it cannot be closed") {
    ::close(descriptor_of(path));
    const auto closed = writer.close();
    REQUIRE_FALSE(closed);
    CHECK(closed.error().message == "cannot write '" + path + "': Bad file descriptor");
  }
  SECTION("a write has failed before") {
    const FullDisk full(100);
    const auto written = writer.write(counting(8000));
    REQUIRE_FALSE(written);
    const auto closed = writer.close();
    REQUIRE_FALSE(closed);
    CHECK(closed.error().message == written.error().message);
  }
}

TEST_CASE("a header that cannot be updated fails the recording at once", "[wav]") {
  ScratchDirectory folder;
  const std::string path = folder.file("a.wav");
  auto writer = WavWriter::open(path, format(8000)).value();
  fill_disk_under(path);

  const auto written = writer.write({});

  REQUIRE_FALSE(written);
  CHECK(written.error().message == "cannot write '" + path + "': No space left on device");
}
#endif

TEST_CASE("a recording that is closed is whole", "[wav]") {
  ScratchDirectory folder;
  auto writer = WavWriter::open(folder.file("a.wav"), format(8000)).value();
  REQUIRE(writer.write(counting(12'345)));

  CHECK(writer.close());

  CHECK(read_sound_file(folder.file("a.wav")).samples == counting(12'345));
}

#ifndef _WIN32
TEST_CASE("a full disk fails the loudspeaker with a reason and keeps what was written", "[wav]") {
  ScratchDirectory folder;
  const Samples second = counting(8000);
  const auto file = std::make_shared<WavRecorder>(folder.file("a.wav"), format(8000));
  REQUIRE(file->wait_until_open(60s).state == WavRecorder::State::running);
  FilePlayback playback(file, format(8000));
  {
    const FullDisk full(50'000);
    for (int i = 0; i < 10; ++i) playback.write(second, start);
    CHECK(file->wait_until_finished(60s).state == WavRecorder::State::failed);
  }

  const DeviceStatus status = playback.status();
  CHECK(status.state == DeviceState::failed);
  INFO(status.detail);
  CHECK(status.detail.find("a.wav") != std::string::npos);
  CHECK(status.detail.find("arge") != std::string::npos);  // File too large
  CHECK(status.gap_samples >= 6 * 8000);
  const Samples kept = read_sound_file(folder.file("a.wav")).samples;
  REQUIRE(kept.size() >= 24'000);
  CHECK(std::equal(second.begin(), second.end(), kept.begin() + 16'000));
}

TEST_CASE("after a full disk the call still goes on at its pace", "[wav]") {
  ScratchDirectory folder;
  const auto file = std::make_shared<WavRecorder>(folder.file("a.wav"), format(8000));
  REQUIRE(file->wait_until_open(60s).state == WavRecorder::State::running);
  FilePlayback playback(file, format(8000));
  CHECK(playback.wanted(start) == 0);
  {
    const FullDisk full(100);
    playback.write(counting(8000), start + 1s);
    CHECK(file->wait_until_finished(60s).state == WavRecorder::State::failed);
  }
  REQUIRE(playback.status().state == DeviceState::failed);

  CHECK(playback.wanted(start + 1s) == 0);
  CHECK(playback.wanted(start + 2s) == 8000);
}
#endif
