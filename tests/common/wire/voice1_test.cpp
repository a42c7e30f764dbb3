#include "common/wire/voice1.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/vectors.hpp"

#include <algorithm>
#include <string>

using namespace voice::voice1;

namespace {

/// The payload of `message` on the wire.
std::string text_of(const Message& message) {
  const auto wire = write(message);
  const auto messages = voice::test::messages_of(wire);
  REQUIRE(messages.size() == 1);
  return {messages[0].begin(), messages[0].end()};
}

/// `text` read as a `Kind`, which it must be. Points into `text`.
template <class Kind>
Kind read(std::string_view text) {
  const auto message = parse({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  REQUIRE(message.has_value());
  REQUIRE(std::holds_alternative<Kind>(*message));
  return std::get<Kind>(*message);
}

Codecs codecs(std::initializer_list<Codec> list) {
  Codecs codecs;
  for (const Codec codec : list) codecs.add(codec);
  return codecs;
}

}  // namespace

TEST_CASE("each message has one spelling, and is read back as it was", "[voice1]") {
  struct Row {
    Message message;
    const char* text;
  };
  const std::vector<Row> rows{
      {Hello{"Anna", "voicecli/1"}, "Hello\nName:Anna\nAgent:voicecli/1"},
      {Hello{"", ""}, "Hello\nName:\nAgent:"},
      {Hello{"Anna", "a", "sesame"}, "Hello\nName:Anna\nAgent:a\nPassword:sesame"},
      {Hello{"Anna", "a", "", "lobby", codecs({Codec::l16, Codec::pcmu})},
       "Hello\nName:Anna\nAgent:a\nRoom:lobby\nCodecs:l16,pcmu"},
      {Welcome{"7", "Anna", "voiced"}, "Welcome\nId:7\nName:Anna\nAgent:voiced"},
      {Welcome{"7", "Anna", "voiced", "lobby", 48000, Codec::l16},
       "Welcome\nId:7\nName:Anna\nAgent:voiced\nRoom:lobby\nRate:48000\nCodec:l16"},
      {Refused{RefusalCode::full, "no place"}, "Refused\nCode:full\nReason:no place"},
      {Refused{RefusalCode::unknown, "", "moved"}, "Refused\nCode:moved\nReason:"},
      {Bye{}, "Bye"},
      {Bye{ByeCode::none, "server is stopping"}, "Bye\nReason:server is stopping"},
      {Bye{ByeCode::kicked, "rude"}, "Bye\nCode:kicked\nReason:rude"},
      {Bye{ByeCode::unknown, "", "moved"}, "Bye\nCode:moved"},
      {State{Muted::both}, "State\nMutedByServer:both"},
      {State{}, "State"},
      {Ping{"1"}, "Ping\nId:1"},
      {Ping{""}, "Ping\nId:"},
      {Pong{"any text"}, "Pong\nId:any text"},
      {Pong{"1", 45}, "Pong\nId:1\nHeld:45"},
      {Pong{"1", 45, 7}, "Pong\nId:1\nHeld:45\nTick:7"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(text_of(row.message) == row.text);
    const std::string_view text = row.text;
    const auto again = parse({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    REQUIRE(again.has_value());
    CHECK(*again == row.message);
  }
}

TEST_CASE("fields that are absent are empty, and the order of fields does not matter", "[voice1]") {
  CHECK(read<Hello>("Hello") == Hello{"", ""});
  CHECK(read<Hello>("Hello\nAgent:a\nName:Anna") == Hello{"Anna", "a"});
  CHECK(read<Welcome>("Welcome") == Welcome{"", "", ""});
  CHECK(read<Refused>("Refused") == Refused{RefusalCode::unknown, ""});
  CHECK(read<Ping>("Ping\nOther:1") == Ping{""});
}

TEST_CASE("what only a newer peer knows is ignored", "[voice1]") {
  CHECK(read<Hello>("Hello\nName:Anna\nHat:x\nAgent:a") == Hello{"Anna", "a"});
  (void)read<Unknown>("Redirect\nHost:example.org\nPort:1");
  (void)read<Unknown>("hello\nName:Anna");
  (void)read<Unknown>("\nName:Anna");
  CHECK(read<State>("State\nMutedByServer:camera") == State{Muted::unknown});
  CHECK(read<Welcome>("Welcome\nCodec:g722").codec == Codec::unknown);
  CHECK(read<Hello>("Hello\nCodecs:g722,l16,,pcmu,l16,L16").codecs ==
        codecs({Codec::l16, Codec::pcmu}));
  CHECK(read<Hello>("Hello\nCodecs:,").codecs.empty());
}

TEST_CASE("a code of a newer peer keeps its word", "[voice1]") {
  const auto refused = read<Refused>("Refused\nCode:moved\nReason:far away");
  CHECK(refused.code == RefusalCode::unknown);
  CHECK(refused.word() == "moved");
  CHECK(refused.reason == "far away");
  const auto bye = read<Bye>("Bye\nCode:moved");
  CHECK(bye.code == ByeCode::unknown);
  CHECK(bye.word() == "moved");
  CHECK(read<Bye>("Bye").word().empty());
  CHECK(read<Bye>("Bye\nCode:banned").word() == "banned");
  CHECK(read<Refused>("Refused\nCode:unknown").code == RefusalCode::unknown);
}

TEST_CASE("a rate that is not a number is absent", "[voice1]") {
  CHECK(read<Welcome>("Welcome\nRate:8000").rate_hz == 8000U);
  for (const char* bad : {"Welcome\nRate:", "Welcome\nRate:fast", "Welcome\nRate:-1",
                          "Welcome\nRate:8000 Hz", "Welcome\nRate:4294967296"}) {
    INFO(bad);
    CHECK_FALSE(read<Welcome>(bad).rate_hz.has_value());
  }
}

TEST_CASE("invalid text is not a message", "[voice1]") {
  const std::string colon = "Hello\nName";
  const std::string control = "Hello\nName:\x01";
  const auto fault = [](const std::string& text) {
    const auto message = parse({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    return message ? "none" : to_string(message.error());
  };
  CHECK(fault(colon) == std::string("missing_colon"));
  CHECK(fault(control) == std::string("control_character"));
  CHECK(fault(std::string(voice::text_message_bytes_max + 1, 'H')) == std::string("too_long"));
}

TEST_CASE("texts in a message are cleaned, and cut where the message is full", "[voice1]") {
  CHECK(text_of(Bye{ByeCode::kicked, "be\nCode:none\x1B[2J"}) ==
        "Bye\nCode:kicked\nReason:beCode:none[2J");
  const std::string text = text_of(Hello{std::string(2000, 'x'), "agent", "sesame"});
  CHECK(text.size() == voice::text_message_bytes_max);
  CHECK(read<Hello>(text).agent.empty());
}

TEST_CASE("a client that is removed or not wanted does not reconnect by itself", "[voice1]") {
  for (unsigned i = 0; i <= static_cast<unsigned>(ByeCode::unknown); ++i) {
    const auto code = static_cast<ByeCode>(i);
    INFO(to_string(code));
    const bool may_pass = code == ByeCode::none || code == ByeCode::room_full ||
                          code == ByeCode::wait || code == ByeCode::name_taken ||
                          code == ByeCode::unknown;
    CHECK(is_final(code) != may_pass);
  }
  for (unsigned i = 0; i <= static_cast<unsigned>(RefusalCode::unknown); ++i) {
    const auto code = static_cast<RefusalCode>(i);
    INFO(to_string(code));
    CHECK(is_final(code) == (code == RefusalCode::banned));
  }
}
