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

TEST_CASE("a server that offers a rate and gives another has broken the protocol",
          "[call][rates]") {
  const std::string rate = GENERATE("", "\nRate:8000", "\nRate:x");
  TwoRates line;
  (void)line.event<Announced>();
  line.receive(message("Welcome\nId:1\nName:anna\nAgent:voiced" + rate));
  CHECK(line.event<Failed>().failure == CallFailure::rate_withheld);
}

TEST_CASE("a rate that cannot be used, or need not be asked for, is not asked for",
          "[call][rates]") {
  const auto text =
      GENERATE(as<std::string>{}, "SamplesPerSecond:8000:voice/1:rate/8000",
               "SamplesPerSecond:8000:voice/1:rate/4", "SamplesPerSecond:8000:voice/1:rate/",
               "SamplesPerSecond:8000:voice/1:rate", "SamplesPerSecond:8000:voice/1:rate/96000");
  CAPTURE(text);
  TwoRates line(text);
  CHECK(line.event<Announced>().format.rate_hz() == 8000);
  CHECK(as_text(messages_of(line.sent()).at(0)) == "Hello\nName:anna\nAgent:voicecli/test");
}

TEST_CASE("a server that does not speak voice/1 cannot be asked", "[call][rates]") {
  TwoRates line("SamplesPerSecond:8000:rate/16000");
  CHECK(line.event<Announced>().format.rate_hz() == 8000);
  CHECK(line.sent().empty());
}
