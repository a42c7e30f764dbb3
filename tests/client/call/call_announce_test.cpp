// The first message of a connection, and everything that is not one.
#include "tests/client/call/call_fixture.hpp"

using namespace voicecli;
using namespace voicecli::test;

TEST_CASE("nothing is sent before the announcement", "[call]") {
  Line line;

  line.speak(Pcm(160, 9000));
  line.tick(100);

  CHECK(line.sent().empty());
  CHECK(line.no_event());
  CHECK(line.play().empty());
}

TEST_CASE("a classic server is told nothing but RTP", "[call]") {
  Line line;

  line.receive(classic_announce());

  const auto announced = line.event<Announced>();
  CHECK(announced.format.rate_hz() == 8000);
  CHECK_FALSE(announced.voice1);
  line.tick(500);
  CHECK(line.sent().empty());
  line.speak(Pcm(160, 0));
  const auto messages = messages_of(line.sent());
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].size() == 172);
  CHECK(voice::classify(messages[0]) == voice::MessageKind::rtp);
}

TEST_CASE("a voice/1 server is greeted with Hello, at once and first", "[call]") {
  Line line;

  line.receive(voice1_announce());
  line.speak(Pcm(160, 0));

  CHECK(line.event<Announced>().voice1);
  const auto messages = messages_of(line.sent());
  REQUIRE(messages.size() == 3);
  CHECK(as_text(messages[0]) == "Hello\nName:anna\nAgent:voicecli/test");
  CHECK(voice::classify(messages[1]) == voice::MessageKind::rtp);
  CHECK(as_text(messages[2]) == "Ping\nId:1");
}

TEST_CASE("a server that is full refuses without an announcement", "[call]") {
  Line line;

  line.receive(message("Refused\nCode:full\nReason:the conference is full"));
  line.receive(voice1_announce());
  line.speak(Pcm(160, 9000));

  const auto refused = line.event<Refused>();
  CHECK(refused.code == "full");
  CHECK(refused.reason == "the conference is full");
  CHECK(line.no_event());
  CHECK(line.sent().empty());
}

TEST_CASE("rates from 5000 to 48000 Hz are taken, others end the call", "[call]") {
  struct Row {
    const char* text;
    int rate_hz;  // 0: refused
  };
  const auto row = GENERATE(values<Row>({{"SamplesPerSecond:5000", 5000},
                                         {"samplespersecond: 11025 ", 11025},
                                         {"SamplesPerSecond:48000:voice/1", 48000},
                                         {"SamplesPerSecond:8000:something:else", 8000},
                                         {"SamplesPerSecond:4999", 0},
                                         {"SamplesPerSecond:48001", 0},
                                         {"SamplesPerSecond:0", 0},
                                         {"SamplesPerSecond:-8000", 0},
                                         {"SamplesPerSecond:9000000000000", 0}}));
  INFO(row.text);
  Line line;

  line.receive(announce(row.text));

  if (row.rate_hz != 0) {
    CHECK(line.event<Announced>().format.rate_hz() == row.rate_hz);
    CHECK(line.call.format()->rate_hz() == row.rate_hz);
  } else {
    CHECK(line.event<Failed>().failure == CallFailure::unusable_rate);
    CHECK(line.sent().empty());
  }
}

TEST_CASE("a peer whose first message is no announcement is no voice server", "[call]") {
  const auto first = GENERATE(
      values<Stream>({message("SSH-2.0-OpenSSH_9.2"), message(""), message("SamplesPerSecond:"),
                      message("Hello\nName:x"), packet(1, 0xFF), message(std::string(5, '\0'))}));
  Line line;

  line.receive(first);
  line.receive(voice1_announce());

  CHECK(line.event<Failed>().failure == CallFailure::not_announced);
  CHECK(line.no_event());
  CHECK(line.sent().empty());
}

TEST_CASE("a peer that never announces is given up after six seconds", "[call]") {
  Line line;
  line.tick(300);
  CHECK(line.no_event());

  line.tick();

  CHECK(line.event<Failed>().failure == CallFailure::announce_timeout);
}

TEST_CASE("a framing error ends the call once and nothing is read or sent afterwards", "[call]") {
  struct Row {
    const char* what;
    std::uint32_t length;
    CallFailure failure;
  };
  const auto row =
      GENERATE(values<Row>({{"negative", 0xFFFF'FFFF, CallFailure::negative_length},
                            {"most negative", 0x8000'0000, CallFailure::negative_length},
                            {"huge", 0x7FFF'FFFF, CallFailure::message_too_long},
                            {"one too long", 1025, CallFailure::message_too_long}}));
  const bool announced = GENERATE(false, true);
  INFO(row.what << " announced " << announced);
  Line line;
  if (announced) {
    line.receive(voice1_announce());
    line.event<Announced>();
  }
  Stream prefix(4);
  voice::store_le32(prefix.data(), row.length);

  line.receive(prefix);
  line.receive(packet(1, 0x00));
  line.receive(prefix);
  line.speak(Pcm(160, 9000));

  CHECK(line.event<Failed>().failure == row.failure);
  CHECK(line.no_event());
  CHECK(line.sent().empty());
}

TEST_CASE("after the announcement a message of four frames is accepted, at any rate", "[call]") {
  Line line;
  line.receive(announce("SamplesPerSecond:48000:voice/1"));
  line.event<Announced>();

  line.receive(packet(1, 0x10, 4 * 960));

  CHECK(line.no_event());
  CHECK(line.call.statistics().jitter_fill_packets == 4);
}
