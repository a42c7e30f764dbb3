#include "common/wire/text_message.hpp"

#include "common/wire/utf8.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/vectors.hpp"

#include <random>
#include <string>

using voice::Bytes;
using voice::MessageKind;
using voice::parse_text;
using voice::printable;
using voice::TextMessage;
using voice::visible_name;
using namespace std::string_literals;

namespace {

Bytes bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string outcome(const std::string& text) {
  const auto message = parse_text(bytes_of(text));
  return message ? "verb " + std::string(message->verb()) : to_string(message.error());
}

voice::test::ByteVector text_wire_message(std::string_view verb,
                                          std::initializer_list<voice::TextField> fields) {
  return voice::text_wire_message(verb, {fields.begin(), fields.size()});
}

/// The payload of the one message in `wire`, as text.
std::string payload_of(Bytes wire) {
  const auto messages = voice::test::messages_of(wire);
  REQUIRE(messages.size() == 1);
  return {messages[0].begin(), messages[0].end()};
}

std::string value_of(const std::string& text, std::string_view key) {
  const auto message = parse_text(bytes_of(text));
  REQUIRE(message.has_value());
  return std::string(message->find(key).value_or("(none)"));
}

std::string lines(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "\nK" + std::to_string(i) + ":v";
  return text;
}

}  // namespace

TEST_CASE("the first byte distinguishes audio, text and nonsense", "[text_message]") {
  for (int first = 0; first < 256; ++first) {
    const std::uint8_t bytes[] = {static_cast<std::uint8_t>(first), 0};
    MessageKind expected = MessageKind::unknown;
    if (first >= 0x80 && first <= 0xBF) expected = MessageKind::rtp;
    if (first >= 0x20 && first <= 0x7E) expected = MessageKind::text;
    INFO("first byte " << first);
    CHECK(voice::classify(bytes) == expected);
  }
  CHECK(voice::classify({}) == MessageKind::unknown);
}

TEST_CASE("a message is a verb and its fields", "[text_message]") {
  const std::string text = "Hello\nName:Ann\nRoom: the : lobby  \nEmpty:\nBlank:   \nName:Bob";

  CHECK(outcome(text) == "verb Hello");
  CHECK(value_of(text, "Name") == "Ann");
  CHECK(value_of(text, "Room") == "the : lobby");
  CHECK(value_of(text, "Empty").empty());
  CHECK(value_of(text, "Blank").empty());
  CHECK(value_of(text, "name") == "(none)");
  CHECK(value_of(text, "Hello") == "(none)");
  CHECK(value_of(text, "") == "(none)");
}

TEST_CASE("illegal messages are refused by name, legal ones are read", "[text_message]") {
  struct Row {
    const char* what;
    std::string text;
    const char* outcome;
  };
  const std::vector<Row> rows{
      {"a verb alone", "Bye", "verb Bye"},
      {"nothing", "", "verb "},
      {"an unknown verb with a blank", "Do something", "verb Do something"},
      {"a key without value", "Hello\nName", "missing_colon"},
      {"an empty line", "Hello\n\nName:Ann", "missing_colon"},
      {"a line feed at the end", "Hello\nName:Ann\n", "missing_colon"},
      {"an empty key", "Hello\n:Ann", "verb Hello"},
      {"sixteen fields", "Hello" + lines(16), "verb Hello"},
      {"seventeen fields", "Hello" + lines(17), "too_many_lines"},
      {"1024 bytes", "Hello\nName:" + std::string(1013, 'x'), "verb Hello"},
      {"1025 bytes", "Hello\nName:" + std::string(1014, 'x'), "too_long"},
      {"NUL", "Hello\nName:a\0b"s, "control_character"},
      {"escape", "Hello\nName:\x1B[2J", "control_character"},
      {"tab", "Hello\nName:a\tb", "control_character"},
      {"carriage return", "Hello\r\nName:Ann", "control_character"},
      {"DEL", "Hello\nName:a\x7F", "control_character"},
      {"C1 in UTF-8", "Hello\nName:\xC2\x9B", "control_character"},
      {"control in the verb", "He\allo", "control_character"},
      {"control in a key", "Hello\nNa\bme:x", "control_character"},
      {"two, three and four bytes", "Hello\nName:\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80",
       "verb Hello"},
      {"bare continuation", "Hello\nName:\x80", "bad_utf8"},
      {"cut short", "Hello\nName:\xE2\x82", "bad_utf8"},
      {"cut short by a line", "Hello\nName:\xE2\x82\nRoom:a", "bad_utf8"},
      {"overlong slash", "Hello\nName:\xC0\xAF", "bad_utf8"},
      {"overlong line feed", "Hello\nName:\xC0\x8A", "bad_utf8"},
      {"overlong in three", "Hello\nName:\xE0\x80\xAF", "bad_utf8"},
      {"overlong in four", "Hello\nName:\xF0\x80\x80\xAF", "bad_utf8"},
      {"surrogate", "Hello\nName:\xED\xA0\x80", "bad_utf8"},
      {"surrogate pair", "Hello\nName:\xED\xA0\xBD\xED\xB8\x80", "bad_utf8"},
      {"above U+10FFFF", "Hello\nName:\xF4\x90\x80\x80", "bad_utf8"},
      {"0xFE", "Hello\nName:\xFE", "bad_utf8"},
      {"0xFF", "Hello\nName:\xFF", "bad_utf8"},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(outcome(row.text) == row.outcome);
  }
}

TEST_CASE("what is built is what is read", "[text_message]") {
  const auto wire =
      text_wire_message("Welcome", {{"Id", "7"}, {"Name", "Zo\xC3\xAB"}, {"Room", ""}});

  const std::string text = payload_of(wire);

  CHECK(text == "Welcome\nId:7\nName:Zo\xC3\xAB\nRoom:");
  CHECK(wire[0] == text.size());
  CHECK(outcome(text) == "verb Welcome");
  CHECK(value_of(text, "Name") == "Zo\xC3\xAB");
}

TEST_CASE("a value cannot add lines or escape sequences to a message", "[text_message]") {
  const auto wire =
      text_wire_message("Welcome", {{"Name", "Ann\nId:1\r\x1B[31m\xC2\x9B\xFF"}, {"Id", "7"}});

  CHECK(payload_of(wire) == "Welcome\nName:AnnId:1[31m\nId:7");
}

TEST_CASE("whatever the values hold, a built message is legal", "[text_message]") {
  std::mt19937 random(1024);
  for (int round = 0; round < 2000; ++round) {
    std::string values[3];
    for (std::string& value : values) {
      value.resize(random() % 1500);
      for (char& byte : value) byte = static_cast<char>(random());
    }
    const auto wire = text_wire_message(
        "Hello", {{"Name", values[0]}, {"Room", values[1]}, {"Agent", values[2]}});
    const std::string text = payload_of(wire);

    REQUIRE(text.size() <= voice::text_message_bytes_max);
    REQUIRE(outcome(text) == "verb Hello");
    const auto message = parse_text(bytes_of(text)).value();
    REQUIRE(message.find("Name").has_value());
    REQUIRE(message.find("Room").has_value());
    REQUIRE(message.find("Agent").has_value());
  }
}

TEST_CASE("values too long for a message are cut at a character", "[text_message]") {
  std::string euros;
  for (int i = 0; i < 1000; ++i) euros += "\xE2\x82\xAC";
  const std::string text = payload_of(text_wire_message("Hello", {{"Name", euros}, {"Id", "7"}}));

  CHECK(outcome(text) == "verb Hello");
  CHECK(text.size() >= voice::text_message_bytes_max - 3);
  CHECK(value_of(text, "Name").size() % 3 == 0);
}

TEST_CASE("printable text keeps letters of all scripts, and nothing that a terminal acts on",
          "[text_message]") {
  struct Row {
    const char* what;
    std::string text, expected;
  };
  const std::vector<Row> rows{
      {"plain", "Ann B.", "Ann B."},
      {"scripts", "\xC3\xA9\xD7\x90\xE4\xB8\xAD\xF0\x9F\x98\x80",
       "\xC3\xA9\xD7\x90\xE4\xB8\xAD\xF0\x9F\x98\x80"},
      {"nothing", "", ""},
      {"NUL", "a\0b"s, "ab"},
      {"controls", "a\x1B[2J\r\n\tb\x7F", "a[2Jb"},
      {"C1",
       "a\xC2\x9B"
       "b",
       "ab"},
      {"direction override",
       "a\xE2\x80\xAE"
       "b",
       "ab"},
      {"line separator",
       "a\xE2\x80\xA8"
       "b",
       "ab"},
      {"broken UTF-8",
       "a\xFF\xC3"
       "b\x80",
       "ab"},
      {"a broken character before a whole one", "\xE2\x82\xC3\xA9", "\xC3\xA9"},
      {"overlong",
       "a\xC0\xAF"
       "b",
       "ab"},
      {"surrogate",
       "a\xED\xA0\x80"
       "b",
       "ab"},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(printable(row.text, 100) == row.expected);
  }
}

TEST_CASE("printable text is cut between characters", "[text_message]") {
  const std::string text = "a\xC3\xA9\xF0\x9F\x98\x80z";
  const std::size_t kept[] = {0, 1, 1, 3, 3, 3, 3, 7, 8, 8};
  for (std::size_t bytes_max = 0; bytes_max < 10; ++bytes_max) {
    INFO("at most " << bytes_max);
    CHECK(printable(text, bytes_max) == text.substr(0, kept[bytes_max]));
  }
}

TEST_CASE("cleaning what is clean changes nothing, whatever it was before", "[text_message]") {
  std::mt19937 random(77);
  for (int round = 0; round < 5000; ++round) {
    std::string text(random() % 60, '\0');
    for (char& byte : text) byte = static_cast<char>(random());
    const std::string clean = printable(text, 40);
    REQUIRE(clean.size() <= 40);
    REQUIRE(printable(clean, 40) == clean);
  }
}

TEST_CASE("every character of a name is visible", "[text_message]") {
  struct Row {
    const char* text;
    const char* expected;
  };
  const std::vector<Row> rows{
      {"Anna B", "Anna B"},
      {"An\u200bna", "Anna"},                // zero-width space
      {"\ufeffAnna\u2060", "Anna"},          // byte order mark, word joiner
      {"A\u00adn\u034fn\ufe0fa", "Anna"},    // soft hyphen, grapheme joiner, variation selector
      {"A\u202en\u2066n\u200fa", "Anna"},    // direction marks
      {"Anna\U000e0041\U000e007f", "Anna"},  // tags
      {"Anna\u00a0", "Anna"},
      {"\u3000\u2003Anna  \u2800", "Anna"},
      {"Anna\u00a0B", "Anna B"},
      {"Anna\u2800B", "Anna B"},
      {"An\x1b[2Jna", "An[2Jna"},
      {"\u0301Anna", "Anna"},  // a mark that would join the character before it
      {"Zoe\u0308", "Zoe\u0308"},
      {"Zoë Ångström", "Zoë Ångström"},
      {"\u0410nna", "\u0410nna"},  // a Cyrillic letter is a letter
      {"안나", "안나"},
      {"\U0001f600", "\U0001f600"},
      {"\u200b\u200b", ""},
      {"\u3164", ""},  // Hangul filler
      {"\uffa0\u115f\u1160", ""},
      {"\u2800", ""},  // braille blank
      {"\u00a0\u2009\u202f\u3000", ""},
      {"\u180e\u17b4\ufffc", ""},
      {"\u0301\u20dd", ""},
      {"\xff\xfe", ""},
      {"", ""}};
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(visible_name(row.text, 64) == row.expected);
  }
}

TEST_CASE("a name is cut between characters, and a blank at its new end is removed",
          "[text_message]") {
  CHECK(visible_name("Anna B", 5) == "Anna");
  CHECK(visible_name("An\u200bna\u00e9", 5) == "Anna");
  CHECK(visible_name("An\u200bna\u00e9", 6) == "Anna\u00e9");
  CHECK(visible_name(std::string(100, 'x'), 64) == std::string(64, 'x'));
}

TEST_CASE("a name that is made visible stays what it is, whatever it was before",
          "[text_message]") {
  std::mt19937 random(78);
  for (int round = 0; round < 5000; ++round) {
    std::string text(random() % 60, '\0');
    for (char& byte : text) byte = static_cast<char>(random());
    const std::string name = visible_name(text, 40);
    REQUIRE(name.size() <= 40);
    REQUIRE(visible_name(name, 40) == name);
    REQUIRE(printable(name, 40) == name);
  }
}

TEST_CASE("text errors have names", "[text_message]") {
  CHECK(to_string(voice::TextError::too_long) == "too_long"s);
  CHECK(to_string(voice::TextError::too_many_lines) == "too_many_lines"s);
  CHECK(to_string(voice::TextError::control_character) == "control_character"s);
  CHECK(to_string(voice::TextError::bad_utf8) == "bad_utf8"s);
  CHECK(to_string(voice::TextError::missing_colon) == "missing_colon"s);
}
