// The announcement, what may precede it, and everything that is not one.
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

TEST_CASE("a classic server is sent nothing but RTP", "[call]") {
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
  CHECK(as_text(messages[0]) == "Hello\nName:anna\nAgent:voicecli/test\nRate:8000");
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

TEST_CASE("rates from 5000 to 48000 Hz are accepted, others end the call", "[call]") {
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

TEST_CASE("whatever precedes the announcement is counted, not answered, and not played", "[call]") {
  const auto first = GENERATE(
      values<Stream>({message("SSH-2.0-OpenSSH_9.2"), message(""), message("SamplesPerSecond:"),
                      message("Hello\nName:x"), packet(1, 0x10), packet(1, 0x10, 960),
                      packet(1, 0x10, 4 * 960), message(std::string(5, '\0'))}));
  const auto announcement = GENERATE(values<Stream>({classic_announce(), voice1_announce()}));
  Line line;

  line.receive(first);
  line.speak(Pcm(160, 9000));
  line.receive(first);
  CHECK(line.no_event());
  CHECK(line.sent().empty());
  CHECK(line.play().empty());
  line.receive(announcement);

  CHECK(line.event<Announced>().format.rate_hz() == 8000);
  CHECK(line.no_event());
  CHECK(line.call.statistics().ignored_messages == 2);
  CHECK(line.call.statistics().playout.packets == 0);
}

TEST_CASE("sound may precede the announcement for as long as we wait, at any rate", "[call]") {
  const auto rate_hz = GENERATE(5000, 8000, 22050, 44100, 48000);
  const auto samples = static_cast<std::size_t>(rate_hz) / 50;
  Line line;

  for (std::uint16_t i = 0; i < 299; ++i) {
    line.receive(packet(i, 0x10, samples));
    line.tick();
  }
  line.receive(announce("SamplesPerSecond:" + std::to_string(rate_hz)));

  CHECK(line.event<Announced>().format.rate_hz() == rate_hz);
}

TEST_CASE("a peer that sends too much instead of an announcement is given up", "[call]") {
  Line line;
  std::size_t bytes = 0;

  while (line.no_event() && bytes < 10 * prelude_bytes_max) {
    const Stream junk = message(std::string(1000, 'x'));
    line.receive(junk);
    bytes += junk.size();
    if (bytes > prelude_bytes_max) break;
  }

  CHECK(bytes < prelude_bytes_max + 2000);
  CHECK(line.event<Failed>().failure == CallFailure::not_announced);
  CHECK(line.sent().empty());
}

TEST_CASE("a peer that speaks another protocol is recognised by its first bytes, and quoted",
          "[call]") {
  struct Row {
    std::string bytes;
    std::string answer;
  };
  const auto row = GENERATE(
      values<Row>({{"SSH-2.0-OpenSSH_9.2\r\n", "\"SSH-2.0-OpenSSH_9.2\""},
                   {"HTTP/1.1 400 Bad Request\r\nServer: x\r\n", "\"HTTP/1.1 400 Bad Request\""},
                   {"220 mail.example ESMTP\r\n", "\"220 mail.example ESMTP\""},
                   {"220 \x1b[2Jred\x07 alert\n", "\"220 [2Jred alert\""},
                   {std::string("\x15\x03\x01\x00\x02\x02\x0a", 7), "in TLS; use --tls"},
                   {std::string(2000, 'A'), '"' + std::string(64, 'A') + '"'}}));
  Line line;

  line.receive({row.bytes.begin(), row.bytes.end()});
  line.receive(voice1_announce());

  const auto failed = line.event<Failed>();
  CHECK(failed.failure == CallFailure::not_announced);
  CHECK(failed.detail == row.answer);
  CHECK(line.no_event());
  CHECK(line.sent().empty());
}

TEST_CASE("a peer that never announces is given up after six seconds", "[call]") {
  struct Row {
    Stream first;
    CallFailure failure;
    std::string detail;
  };
  const auto row = GENERATE(
      values<Row>({{{}, CallFailure::announce_timeout, ""},
                   {message(""), CallFailure::announce_timeout, "the bytes 00 00 00 00"},
                   {{'2', '2'}, CallFailure::announce_timeout, "the bytes 32 32"},
                   {message("hello, world"), CallFailure::not_announced, "\"hello, world\""}}));
  Line line;
  line.receive(row.first);
  line.tick(300);
  CHECK(line.no_event());

  line.tick();

  const auto failed = line.event<Failed>();
  CHECK(failed.failure == row.failure);
  CHECK(failed.detail == row.detail);
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
                            {"one too long", 3853, CallFailure::message_too_long}}));
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

  // Before the announcement, such a length shows that the peer speaks another protocol.
  CHECK(line.event<Failed>().failure == (announced ? row.failure : CallFailure::not_announced));
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
