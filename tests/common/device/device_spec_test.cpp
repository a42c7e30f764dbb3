#include "common/device/device_spec.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

#include <fstream>

#ifndef _WIN32
#include <sys/stat.h>
#endif

using namespace voice;
using Kind = DeviceSpec::Kind;

namespace {

const AudioFormat format = AudioFormat::from_rate(8000).value();

SoundCardInfo card(int index, std::string name, int inputs, int outputs) {
  SoundCardInfo info;
  info.index = index;
  info.name = std::move(name);
  info.input_channels_max = inputs;
  info.output_channels_max = outputs;
  return info;
}

std::vector<SoundCardInfo> some_cards() {
  std::vector<SoundCardInfo> cards = {card(0, "HDMI Output", 0, 8), card(1, "USB Headset", 1, 2),
                                      card(2, "usb", 2, 0), card(3, "default", 32, 32)};
  cards[3].is_default_input = cards[3].is_default_output = true;
  return cards;
}

}  // namespace

TEST_CASE("each way to name a device is understood", "[device]") {
  struct Row {
    const char* text;
    Kind kind;
  };
  const auto row = GENERATE(values<Row>({{"", Kind::sound_card},
                                         {"default", Kind::sound_card},
                                         {"3", Kind::sound_card},
                                         {"USB Headset", Kind::sound_card},
                                         {"null", Kind::null},
                                         {"-", Kind::pipe},
                                         {"speech.wav", Kind::file},
                                         {"SPEECH.WAV", Kind::file},
                                         {"./speech.wav", Kind::file}}));
  INFO(row.text);

  CHECK(parse_device_spec(row.text, Direction::capture, format).value().kind == row.kind);
  CHECK(parse_device_spec(row.text, Direction::playback, format).value().kind == row.kind);
}

TEST_CASE("a path or another format is a sound file for reading only", "[device]") {
  const char* const text = GENERATE("/tmp/speech", "speech.flac", "a.ogg", "b.aiff", "c.au");

  CHECK(parse_device_spec(text, Direction::capture, format).value().kind == Kind::file);
  const auto output = parse_device_spec(text, Direction::playback, format);
  REQUIRE(!output);
  CHECK(output.error().message.find(text) != std::string::npos);
  CHECK(output.error().message.find(".wav") != std::string::npos);
}

TEST_CASE("the name of a file that exists means the file, and a card's name may contain a slash",
          "[device]") {
  const test::ScratchDirectory folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.file(""));
  std::filesystem::create_directory("sub");
  for (const char* name : {"speech", "speech.xyz", "sub/speech", "3"}) std::ofstream(name) << "x";
  struct Row {
    const char* text;
    Kind kind;
  };
  for (const Row& row :
       {Row{"speech", Kind::file}, Row{"./speech", Kind::file}, Row{"speech.xyz", Kind::file},
        Row{"sub/speech", Kind::file}, Row{"missing.m4a", Kind::file},
        Row{"sub/missing", Kind::file}, Row{"./missing", Kind::file}, Row{"/missing", Kind::file},
        Row{"missing", Kind::sound_card}, Row{"17h/19h", Kind::sound_card},
        Row{"sub", Kind::sound_card}, Row{"3", Kind::sound_card}, Row{"/dev/null", Kind::null}}) {
    INFO(row.text);
    CHECK(parse_device_spec(row.text, Direction::capture, format).value().kind == row.kind);
  }
  CHECK(parse_device_spec("17h/19h", Direction::playback, format).value().kind == Kind::sound_card);
  CHECK(parse_device_spec("speech", Direction::playback, format).value().kind == Kind::sound_card);
  CHECK(!parse_device_spec("sub/heard", Direction::playback, format));
  std::filesystem::current_path(before);
}

#ifndef _WIN32
TEST_CASE("a named pipe is an input like stdin, whatever its name", "[device]") {
  const test::ScratchDirectory folder;
  const std::string path = folder.file(GENERATE("pipe", "pipe.wav"));
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);

  const auto spec = parse_device_spec(path, Direction::capture, format).value();
  CHECK(spec.kind == Kind::pipe);
  CHECK(spec.text == path);
  const auto output = parse_device_spec(path, Direction::playback, format);
  CHECK((!output || output->kind == Kind::file));
}

TEST_CASE("stdin by its path is stdin", "[device]") {
  const auto spec = parse_device_spec("/dev/stdin", Direction::capture, format).value();
  CHECK(spec.kind == Kind::pipe);
  CHECK(spec.text == "-");
}
#endif

TEST_CASE("a tone is a whole number of hertz below half the rate", "[device]") {
  CHECK(parse_device_spec("tone:440", Direction::capture, format).value().tone_hz == 440);
  CHECK(parse_device_spec("tone:3999", Direction::capture, format).value().tone_hz == 3999);
  for (const char* bad : {"tone:", "tone:0", "tone:-1", "tone:4000", "tone:1e3", "tone:440Hz",
                          "tone:99999999999999999999"}) {
    INFO(bad);
    const auto spec = parse_device_spec(bad, Direction::capture, format);
    REQUIRE(!spec);
    CHECK(spec.error().message.find("1 to 3999") != std::string::npos);
  }
  CHECK(!parse_device_spec("tone:440", Direction::playback, format));
}

TEST_CASE("a card is found by index, name, name in any case, or part of it", "[device]") {
  const auto cards = some_cards();
  struct Row {
    const char* text;
    Direction direction;
    int index;
  };
  const auto row = GENERATE(values<Row>({{"", Direction::capture, 3},
                                         {"", Direction::playback, 3},
                                         {"1", Direction::playback, 1},
                                         {"usb", Direction::capture, 2},
                                         {"USB", Direction::capture, 2},
                                         {"usb", Direction::playback, 1},
                                         {"head", Direction::capture, 1},
                                         {"hdmi", Direction::playback, 0}}));
  INFO(row.text);

  CHECK(choose_sound_card(cards, row.text, row.direction).value().index == row.index);
}

TEST_CASE("a card of a sound server is also found by its id, or part of it", "[device]") {
  const std::vector<SoundCardInfo> cards{
      {0, "Desk", "Server", 0, 2, 48000, false, false, "sink.usb-1"},
      {1, "sink.usb", "Server", 0, 2, 48000, false, false, "sink.hdmi"},
      {2, "Desk 2", "Server", 0, 2, 48000, false, false, "sink.usb"}};
  const auto found = [&](const char* text) {
    return choose_sound_card(cards, text, Direction::playback).value().index;
  };
  CHECK(found("sink.usb-1") == 0);
  CHECK(found("SINK.HDMI") == 1);
  CHECK(found("USB") == 1);  // a match in a name wins
  CHECK(found("hdmi") == 1);
  CHECK(found("-1") == 0);
}

TEST_CASE("a card that is missing, or not of this direction, is reported as such", "[device]") {
  const auto cards = some_cards();

  CHECK(choose_sound_card(cards, "hdmi", Direction::capture).error() ==
        "no microphone or file is called 'hdmi'");
  CHECK(choose_sound_card(cards, "0", Direction::capture).error() ==
        "no microphone has the index 0");
  CHECK(choose_sound_card(cards, "7", Direction::playback).error() ==
        "no loudspeaker has the index 7");
  CHECK(choose_sound_card({}, "", Direction::playback).error() ==
        "the system has no default loudspeaker");
}
