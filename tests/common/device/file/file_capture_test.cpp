#include "common/device/file/file_capture.hpp"

#include "common/audio/tone.hpp"

#include "tests/common/device/formats.hpp"
#include "tests/common/device/sound_files.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

#include <cmath>
#include <fstream>

using namespace voice;
using namespace voice::test;
using namespace std::chrono_literals;
using Samples = std::vector<std::int16_t>;

namespace {

constexpr int wav_16 = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
// Reads as a call does, every 20 ms, until the file has ended.
Samples read_all(FileCapture& capture) {
  Samples all;
  Samples piece(4000);
  for (TimePoint now = start; capture.status().state == DeviceState::running; now += 20ms) {
    const std::size_t count = capture.read(piece, now);
    all.insert(all.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return all;
}

Samples tone(int rate_hz, double hz, std::size_t samples) {
  Samples pcm(samples);
  Tone(format(rate_hz), hz, 16000).generate(pcm);
  return pcm;
}

}  // namespace

TEST_CASE("16-bit mono at the call's rate passes bit by bit, every value of it", "[file]") {
  ScratchDirectory folder;
  const int kind = GENERATE(int{wav_16}, int{SF_FORMAT_FLAC | SF_FORMAT_PCM_16});
  Samples values(65536);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<std::int16_t>(static_cast<int>(i) - 32768);
  }
  write_sound_file(folder.file("all"), 44100, 1, kind, values);

  const auto capture = FileCapture::open(folder.file("all"), format(44100)).value();

  CHECK(read_all(*capture) == values);
  CHECK(capture->status().state == DeviceState::ended);
}

TEST_CASE("any rate of file is heard at any rate of call, at the right pitch and length",
          "[file]") {
  ScratchDirectory folder;
  const int file_hz = GENERATE(5000, 8000, 11025, 22050, 44100, 48000);
  const int call_hz = GENERATE(5000, 8000, 11025, 48000);
  INFO(file_hz << " Hz in a call at " << call_hz << " Hz");
  const auto file_samples = static_cast<std::size_t>(file_hz) * 2;
  write_sound_file(folder.file("a.wav"), file_hz, 1, wav_16, tone(file_hz, 700, file_samples));

  const auto heard = read_all(*FileCapture::open(folder.file("a.wav"), format(call_hz)).value());

  // Two seconds, apart from a few samples at the very end of the filter.
  CHECK(std::abs(static_cast<int>(heard.size()) - 2 * call_hz) <= 1 + call_hz / file_hz);
  CHECK(goertzel_rms(std::span(heard).subspan(1000, static_cast<std::size_t>(call_hz)),
                     format(call_hz), 700) == Approx(16000 / std::sqrt(2)).epsilon(0.02));
}

TEST_CASE("both channels of a stereo file are heard, as their mean", "[file]") {
  ScratchDirectory folder;
  Samples interleaved;
  for (std::int16_t i = 0; i < 1000; ++i) {
    interleaved.push_back(static_cast<std::int16_t>(6 * i));
    interleaved.push_back(0);
  }
  write_sound_file(folder.file("a.wav"), 8000, 2, wav_16, interleaved);

  const auto heard = read_all(*FileCapture::open(folder.file("a.wav"), format(8000)).value());

  REQUIRE(heard.size() == 1000);
  CHECK(heard[1] == 3);
  CHECK(heard[999] == 2997);
}

TEST_CASE("speech on one of six channels is as loud as in a mono file", "[file]") {
  ScratchDirectory folder;
  const std::size_t speaking = GENERATE(0U, 1U, 2U, 3U, 4U, 5U);
  const int kind = GENERATE(int{wav_16}, int{SF_FORMAT_WAVEX | SF_FORMAT_PCM_16},
                            int{SF_FORMAT_FLAC | SF_FORMAT_PCM_16});
  const Samples speech = tone(8000, 700, 8000);
  Samples interleaved(speech.size() * 6);
  for (std::size_t i = 0; i < speech.size(); ++i) interleaved[6 * i + speaking] = speech[i];
  write_sound_file(folder.file("a"), 8000, 6, kind, interleaved);

  const auto heard = read_all(*FileCapture::open(folder.file("a"), format(8000)).value());

  REQUIRE(heard.size() == 8000);
  CHECK(goertzel_rms(heard, format(8000), 700) == Approx(16000 / std::sqrt(2)).epsilon(0.05));
}

TEST_CASE("other encodings are read, too", "[file]") {
  ScratchDirectory folder;
  const int kind =
      GENERATE(int{SF_FORMAT_WAV | SF_FORMAT_FLOAT}, int{SF_FORMAT_WAV | SF_FORMAT_PCM_24},
               int{SF_FORMAT_AU | SF_FORMAT_ULAW}, int{SF_FORMAT_AIFF | SF_FORMAT_PCM_16});
  write_sound_file(folder.file("a"), 8000, 1, kind, tone(8000, 700, 8000));

  const auto heard = read_all(*FileCapture::open(folder.file("a"), format(8000)).value());

  REQUIRE(heard.size() == 8000);
  CHECK(goertzel_rms(heard, format(8000), 700) == Approx(16000 / std::sqrt(2)).epsilon(0.01));
}

TEST_CASE("a file is heard at the pace of the clock, neither faster nor drifting", "[file]") {
  ScratchDirectory folder;
  write_sound_file(folder.file("a.wav"), 11025, 1, wav_16, Samples(11025 * 30));
  const auto capture = FileCapture::open(folder.file("a.wav"), format(11025)).value();
  Samples piece(11025);
  std::size_t heard = capture->read(piece, start);
  CHECK(heard == 11025 * 25 / 1000);  // the lead

  for (int tick = 1; tick <= 1000; ++tick) heard += capture->read(piece, start + tick * 20ms);

  // The test's clock may run faster than the file is read: then silence is heard, and the pace is
  // kept.
  CHECK(heard + capture->status().gap_samples ==
        static_cast<std::size_t>(11025 * 20 + 11025 * 25 / 1000));
  CHECK(capture->status().state == DeviceState::running);
}

TEST_CASE("a reader that asks for little gets little and misses nothing", "[file]") {
  ScratchDirectory folder;
  const Samples pcm = tone(8000, 700, 4000);
  write_sound_file(folder.file("a.wav"), 8000, 1, wav_16, pcm);
  const auto capture = FileCapture::open(folder.file("a.wav"), format(8000)).value();
  Samples heard;
  Samples piece(7);

  for (TimePoint now = start; capture->status().state == DeviceState::running; now += 500us) {
    const std::size_t count = capture->read(piece, now);
    heard.insert(heard.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(count));
  }

  CHECK(heard == pcm);
}

TEST_CASE("an empty file has ended at once", "[file]") {
  ScratchDirectory folder;
  write_sound_file(folder.file("a.wav"), 8000, 1, wav_16, {});
  const auto capture = FileCapture::open(folder.file("a.wav"), format(8000)).value();
  Samples piece(160);

  CHECK(capture->read(piece, start) == 0);
  CHECK(capture->status().state == DeviceState::ended);
}

TEST_CASE("a file that cannot be heard is refused with what, why and what instead", "[file]") {
  ScratchDirectory folder;
  std::ofstream(folder.file("text.wav")) << "this is no sound";
  struct Row {
    std::string name, why;
  };
  for (const Row& row : {Row{"missing.wav", "o such file"}, Row{"text.wav", "ormat"},
                         Row{"", "not a regular file"}}) {
    const std::string path = folder.file(row.name);
    const auto capture = FileCapture::open(path, format(8000));
    REQUIRE(!capture);
    INFO(capture.error().message);
    CHECK(capture.error().message.find("input: cannot read '" + path + "'") != std::string::npos);
    CHECK(capture.error().message.find(row.why) != std::string::npos);
    CHECK(capture.error().message.find("tone:440") != std::string::npos);
  }
}

namespace {

using Bytes = std::vector<char>;

Bytes bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void put_bytes(const std::string& path, const Bytes& bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<long>(bytes.size()));
}

void put_length(Bytes& bytes, std::size_t at, std::uint32_t length) {
  for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(length >> (8 * i));
}

}  // namespace

TEST_CASE("a file whose writer died before it filled in the length is heard whole", "[file]") {
  ScratchDirectory folder;
  const Samples pcm = tone(8000, 700, 4000);
  struct Row {
    const char* name;
    int kind;
    std::uint32_t riff_length, data_length;
  };
  const auto row = GENERATE(values<Row>({{"as it was opened", wav_16, 36, 0},
                                         {"nothing at all", wav_16, 0, 0},
                                         {"as a pipe", wav_16, 0xFFFFFFFF, 0xFFFFFFFF},
                                         {"riff only", wav_16, 0, 8000}}));
  INFO(row.name);
  const std::string path = folder.file("a.wav");
  write_sound_file(path, 8000, 1, row.kind, pcm);
  Bytes bytes = bytes_of(path);
  put_length(bytes, 4, row.riff_length);
  put_length(bytes, 40, row.data_length);
  put_bytes(path, bytes);

  const auto capture = FileCapture::open(path, format(8000)).value();

  CHECK(read_all(*capture) == pcm);
  CHECK(bytes_of(path) == bytes);
  const bool is_told = capture->status().detail.find("never filled in") != std::string::npos;
  CHECK(is_told == (row.data_length == 0));
}

TEST_CASE("a file that is empty and closed stays empty, whatever follows its samples", "[file]") {
  ScratchDirectory folder;
  write_sound_file(folder.file("a.wav"), 8000, 1, wav_16, {});
  Bytes bytes = bytes_of(folder.file("a.wav"));
  for (const char c : {'L', 'I', 'S', 'T', '\4', '\0', '\0', '\0', 'I', 'N', 'F', 'O'}) {
    bytes.push_back(c);
  }
  put_bytes(folder.file("a.wav"), bytes);

  const auto capture = FileCapture::open(folder.file("a.wav"), format(8000)).value();

  CHECK(read_all(*capture).empty());
}
