#include "common/wire/text_message.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/vectors.hpp"

#include <string>

using voice::parse_announce;
using namespace std::string_literals;

namespace {

voice::Bytes bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// "8000", "8000 voice/1" or "nothing".
std::string heard(const std::string& text) {
  const auto announce = parse_announce(bytes_of(text));
  if (!announce) return "nothing";
  return std::to_string(announce->rate_hz) + (announce->voice1 ? " voice/1" : "");
}

}  // namespace

TEST_CASE("announcements are read as the original reads them", "[announce]") {
  struct Row {
    const char* what;
    std::string text;
    const char* heard;
  };
  const std::vector<Row> rows{
      {"the original's", "SamplesPerSecond:8000", "8000"},
      {"ours", "SamplesPerSecond:44100:voice/1", "44100 voice/1"},
      {"small letters", "samplespersecond:8000", "8000"},
      {"capitals", "SAMPLESPERSECOND:8000:voice/1", "8000 voice/1"},
      {"blanks around the rate", "SamplesPerSecond:  8000 \t:voice/1", "8000 voice/1"},
      {"line feed behind the rate", "SamplesPerSecond:8000\r\n", "8000"},
      {"signs", "SamplesPerSecond:+8000", "8000"},
      {"negative", "SamplesPerSecond:-8000", "-8000"},
      {"leading zeros", "SamplesPerSecond:0008000", "8000"},
      {"blanks around the third part", "SamplesPerSecond:8000: voice/1 ", "8000 voice/1"},
      {"another third part", "SamplesPerSecond:8000:voice/2", "8000"},
      {"a longer third part", "SamplesPerSecond:8000:voice/12", "8000"},
      {"an empty third part", "SamplesPerSecond:8000:", "8000"},
      {"several parts", "SamplesPerSecond:8000:voice/2:voice/1:x", "8000 voice/1"},
      {"far too fast", "SamplesPerSecond:4294975296", "4294975296"},
      {"nothing at all", "", "nothing"},
      {"no rate", "SamplesPerSecond", "nothing"},
      {"empty rate", "SamplesPerSecond:", "nothing"},
      {"blank rate", "SamplesPerSecond:  ", "nothing"},
      {"empty rate, third part", "SamplesPerSecond::voice/1", "nothing"},
      {"letters", "SamplesPerSecond:fast", "nothing"},
      {"rate and letters", "SamplesPerSecond:8000Hz", "nothing"},
      {"blank within the rate", "SamplesPerSecond:80 00", "nothing"},
      {"a fraction", "SamplesPerSecond:8000.0", "nothing"},
      {"hexadecimal", "SamplesPerSecond:0x1F40", "nothing"},
      {"two signs", "SamplesPerSecond:+-8000", "nothing"},
      {"only a sign", "SamplesPerSecond:+", "nothing"},
      {"beyond 64 bits", "SamplesPerSecond:99999999999999999999", "nothing"},
      {"another key", "BitsPerSecond:8000", "nothing"},
      {"a longer key", "SamplesPerSeconds:8000", "nothing"},
      {"a shorter key", "SamplesPerSecon:8000", "nothing"},
      {"a blank before the key", " SamplesPerSecond:8000", "nothing"},
      {"only colons", ":::", "nothing"},
      {"RTP", "\x80\0\x11\xF4"s, "nothing"},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(heard(row.text) == row.heard);
  }
}

TEST_CASE("an announcement is one message that a classic client understands", "[announce]") {
  const auto wire = voice::announce_wire_message(voice::AudioFormat::from_rate(22050).value());

  const auto messages = voice::test::messages_of(wire);

  REQUIRE(messages.size() == 1);
  const std::string text(messages[0].begin(), messages[0].end());
  CHECK(text == "SamplesPerSecond:22050:voice/1");
  CHECK(wire.size() == 4 + text.size());
  CHECK(voice::classify(messages[0]) == voice::MessageKind::text);
  CHECK(heard(text) == "22050 voice/1");
}

TEST_CASE("a room's other rate is a further part of the announcement", "[announce][rates]") {
  const auto format = voice::AudioFormat::from_rate(8000).value();
  const auto room = voice::AudioFormat::from_rate(48000).value();
  const auto wire = voice::announce_wire_message(format, room);
  const std::string text(wire.begin() + 4, wire.end());
  CHECK(text == "SamplesPerSecond:8000:voice/1:rate/48000");
  CHECK(voice::announce_wire_message(format, format) == voice::announce_wire_message(format));

  const auto announce = parse_announce(bytes_of(text));
  REQUIRE(announce);
  CHECK(announce->rate_hz == 8000);
  CHECK(announce->voice1);
  CHECK(announce->room_rate_hz == 48000);
  for (const char* const other :
       {"SamplesPerSecond:8000:voice/1", "SamplesPerSecond:8000:rate/",
        "SamplesPerSecond:8000:voice/1:rate/x", "SamplesPerSecond:8000:voice/1:48000"}) {
    INFO(other);
    CHECK_FALSE(parse_announce(bytes_of(other))->room_rate_hz);
  }
}

TEST_CASE("every beginning of an announcement is read or refused, never misread", "[announce]") {
  const std::string whole = "SamplesPerSecond:8000:voice/1";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    INFO("first " << size << " bytes");
    const std::string text = heard(whole.substr(0, size));
    const bool has_digit = size > 17;
    CHECK(text == (has_digit ? whole.substr(17, std::min<std::size_t>(size - 17, 4)) : "nothing"));
  }
}
