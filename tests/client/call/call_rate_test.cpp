// A call with a server that announces one rate to classic clients and offers another.
#include "tests/client/call/call_fixture.hpp"

using namespace voicecli;
using namespace voicecli::test;

namespace {

struct TwoRates : Line {
  explicit TwoRates(std::string_view text = "SamplesPerSecond:8000:voice/1:rate/16000",
                    CallOptions call_options = options())
      : Line(std::move(call_options)) {
    receive(announce(text));
  }
  std::size_t packets() {
    std::size_t count = 0;
    for (const Stream& each : messages_of(sent())) {
      if (voice::classify(each) == voice::MessageKind::rtp) ++count;
    }
    return count;
  }
};

}  // namespace

TEST_CASE("a client asks for the room's rate, and speaks when it has been given", "[call][rates]") {
  TwoRates line;
  CHECK(line.event<Announced>().format.rate_hz() == 16000);
  CHECK(as_text(messages_of(line.sent()).at(0)) ==
        "Hello\nName:anna\nAgent:voicecli/test\nRate:16000");
  line.speak(Pcm(320, 9000));
  CHECK(line.packets() == 0);

  line.receive(message("Welcome\nId:1\nName:anna\nAgent:voiced\nRate:16000"));
  line.speak(Pcm(320, 9000));

  CHECK(line.packets() == 1);
  (void)line.event<Welcomed>();
}

TEST_CASE("sound at the announced rate, before Welcome, is not played", "[call][rates]") {
  TwoRates line;
  for (std::uint16_t i = 0; i < 4; ++i) line.receive(packet(i, 0x10, 160));
  CHECK(line.call.statistics().ignored_messages == 4);
  line.receive(message("Welcome\nId:1\nName:anna\nAgent:voiced\nRate:16000"));
  for (std::uint16_t i = 4; i < 8; ++i) line.receive(packet(i, 0x10, 320));

  const Pcm frame = line.play();
  CHECK(frame.size() == 320);
  CHECK(frame[0] != 0);
  CHECK(line.call.statistics().playout.lost == 0);
}

TEST_CASE("a server that offers a rate and gives none that can be used has broken the protocol",
          "[call][rates]") {
  const std::string rate = GENERATE("", "\nRate:96000", "\nRate:x");
  TwoRates line;
  (void)line.event<Announced>();
  line.receive(message("Welcome\nId:1\nName:anna\nAgent:voiced" + rate));
  CHECK(line.event<Failed>().failure == CallFailure::rate_withheld);
}

TEST_CASE("without a better rate that can be used, the announced one is asked for",
          "[call][rates]") {
  const auto text =
      GENERATE(as<std::string>{}, "SamplesPerSecond:8000:voice/1:rate/8000",
               "SamplesPerSecond:8000:voice/1:rate/4", "SamplesPerSecond:8000:voice/1:rate/",
               "SamplesPerSecond:8000:voice/1:rate", "SamplesPerSecond:8000:voice/1:rate/96000");
  CAPTURE(text);
  TwoRates line(text);
  CHECK(line.event<Announced>().format.rate_hz() == 8000);
  CHECK(as_text(messages_of(line.sent()).at(0)) ==
        "Hello\nName:anna\nAgent:voicecli/test\nRate:8000");
}

TEST_CASE("a server that does not speak voice/1 cannot be asked", "[call][rates]") {
  TwoRates line("SamplesPerSecond:8000:rate/16000");
  CHECK(line.event<Announced>().format.rate_hz() == 8000);
  CHECK(line.sent().empty());
}

TEST_CASE("a client that is moved into another room follows its rate and codec, and confirms both",
          "[call][rates][rooms]") {
  auto wanted = options();
  wanted.codecs.add(voice::voice1::Codec::l16);
  Line line(wanted);
  line.receive(announce("SamplesPerSecond:8000:voice/1"));
  line.receive(message("Welcome\nId:1\nName:anna\nAgent:voiced\nRoom:front\nRate:8000\nCodec:l16"));
  (void)line.event<Announced>();
  CHECK(line.event<Welcomed>().room == "front");
  (void)line.sent();

  line.receive(message("Welcome\nId:1\nName:anna\nAgent:voiced\nRoom:hall\nRate:16000\nCodec:l16"));

  CHECK(line.event<Welcomed>().room == "hall");
  CHECK(line.call.format()->rate_hz() == 16000);
  CHECK(as_text(messages_of(line.sent()).at(0)) ==
        "Hello\nName:anna\nAgent:voicecli/test\nCodecs:l16\nRate:16000");
  // The answer to that changes nothing more.
  line.receive(message("Welcome\nId:1\nName:anna\nAgent:voiced\nRoom:hall\nRate:16000\nCodec:l16"));
  CHECK(line.no_event());
  CHECK(line.sent().empty());
  line.speak(Pcm(320, 9000));
  CHECK(messages_of(line.sent()).at(0).size() == 12 + 640);
  // The other room has sequence numbers of its own.
  for (std::uint16_t i = 40'000; i < 40'004; ++i) {
    Stream l16 = packet(i, 0x10, 640);
    l16[voice::length_prefix_bytes + 1] = voice::codec_info(voice::CodecId::l16).payload_type;
    line.receive(l16);
  }
  CHECK(line.play().size() == 320);
  CHECK(line.call.statistics().playout.lost == 0);
}

TEST_CASE("in a room of the same kind nothing changes but its name", "[call][rooms]") {
  auto with_room = options();
  with_room.room = "kitchen";
  Line line(with_room);
  line.receive(announce("SamplesPerSecond:8000:voice/1"));
  (void)line.event<Announced>();
  CHECK(as_text(messages_of(line.sent()).at(0)) ==
        "Hello\nName:anna\nAgent:voicecli/test\nRoom:kitchen\nRate:8000");
  // The room may have any rate: no sound is sent before Welcome.
  line.speak(Pcm(160, 9000));
  for (const Stream& each : messages_of(line.sent()))
    CHECK(voice::classify(each) == voice::MessageKind::text);
  line.receive(message("Welcome\nId:1\nName:anna\nAgent:voiced\nRoom:kitchen\nRate:8000"));
  CHECK(line.event<Welcomed>().room == "kitchen");
  line.receive(message("Welcome\nId:1\nName:anna\nAgent:voiced\nRoom:hall\nRate:8000"));
  CHECK(line.event<Welcomed>().room == "hall");
  CHECK(line.sent().empty());
}

TEST_CASE("a server that changes its mind in one read is told of once, and in order",
          "[call][rooms]") {
  Voice1Line line;
  Stream changes = message("Welcome\nId:1\nName:anna\nRoom:front");
  for (int i = 0; i < 100; ++i) {
    changes +=
        message(i % 2 == 0 ? "State\nMutedByServer:microphone" : "State\nMutedByServer:none");
    changes += message("Welcome\nId:1\nName:anna\nRoom:r" + std::to_string(i));
  }
  changes += message("State\nMutedByServer:loudspeaker");

  line.receive(changes);

  CHECK(line.event<Welcomed>().room == "r99");
  CHECK(line.event<ServerMute>() == ServerMute{false, true});
  CHECK(line.no_event());
}
