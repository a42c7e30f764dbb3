// Cards of a sound server and of PortAudio side by side, both of them fake.
#include "common/device/card/sound_card.hpp"
#include "common/device/card/sound_session.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/fake_portaudio.hpp"

#include <atomic>

using namespace voice;
using namespace voice::test;
using namespace std::chrono_literals;

namespace {

const AudioFormat format = AudioFormat::from_rate(8000).value();
const FakeCard plain{"Plain Card", 1, 2, {8000}};
const FakeCard other{"Other Card", 1, 2, {8000}};

struct FakeStream final : CardStream {
  FakeStream() : CardStream(std::make_shared<CardLane>(8000, 1, 8000)) {}
  [[nodiscard]] bool is_active() const override { return true; }
};

/// A server with a microphone and a loudspeaker, or without any cards.
struct FakeServer final : SoundSystem {
  std::vector<SoundCardInfo> cards() override {
    if (!has_cards) return {};
    SoundCardInfo microphone{0, "Desk Microphone", "Server", 1, 0, 48000, true, false, "mic.usb"};
    SoundCardInfo loudspeaker{1, "Desk Loudspeaker", "Server", 0, 2, 48000, false, true, "spk.usb"};
    return {microphone, loudspeaker};
  }
  expected<std::unique_ptr<CardStream>, std::string> open(const SoundCardInfo& card, Direction,
                                                          AudioFormat, Latency latency) override {
    if (refuses) return unexpected(std::string("busy"));
    opened = card.id;
    opened_latency = latency;
    return std::make_unique<FakeStream>();
  }
  static inline bool has_cards = true;
  static inline bool refuses = false;
  static inline std::string opened;
  static inline Latency opened_latency = Latency::normal;
};

std::unique_ptr<SoundSystem> connect_fake() {
  FakeServer::opened.clear();
  return std::make_unique<FakeServer>();
}
std::unique_ptr<SoundSystem> connect_nowhere() {
  return nullptr;
}

// A server that starts later than we do.
std::atomic<bool> server_has_started{false};
std::unique_ptr<SoundSystem> connect_late() {
  return server_has_started ? std::make_unique<FakeServer>() : nullptr;
}

std::unique_ptr<SoundSession> session_with(ConnectSoundServer connect, bool has_cards = true,
                                           bool refuses = false) {
  FakeServer::has_cards = has_cards;
  FakeServer::refuses = refuses;
  FakePortaudio::instance().plug({plain, other});
  return SoundSession::open(connect, 1s).value();
}

}  // namespace

TEST_CASE("a server's cards come first, and only they are defaults", "[session]") {
  const auto session = session_with(connect_fake);

  const auto cards = session->cards().value();

  REQUIRE(cards.size() == 4);
  for (std::size_t i = 0; i < cards.size(); ++i) CHECK(cards[i].index == static_cast<int>(i));
  CHECK(cards[0].is_default_input);
  CHECK(cards[1].is_default_output);
  CHECK(cards[2].name == "Plain Card");
  for (const std::size_t i : {2u, 3u}) {
    CHECK(!cards[i].is_default_input);
    CHECK(!cards[i].is_default_output);
  }
}

TEST_CASE("without a server, PortAudio's cards are all there are", "[session]") {
  const auto session = session_with(GENERATE(as<ConnectSoundServer>{}, connect_nowhere, nullptr));

  const auto cards = session->cards().value();

  REQUIRE(cards.size() == 2);
  CHECK(cards[0].index == 0);
  CHECK(cards[0].is_default_input);
  CHECK(session->open_stream("", Direction::capture, format, Latency::low)->card.name ==
        "Plain Card");
}

TEST_CASE("PortAudio is not started for a card that the server has", "[session]") {
  struct Row {
    const char* wanted;
    Direction direction;
    const char* id;
  };
  const auto row = GENERATE(values<Row>({{"", Direction::capture, ""},
                                         {"", Direction::playback, ""},
                                         {"desk loud", Direction::playback, "spk.usb"},
                                         {"mic.usb", Direction::capture, "mic.usb"},
                                         {"MIC.U", Direction::capture, "mic.usb"},
                                         {"1", Direction::playback, "spk.usb"}}));
  INFO(row.wanted);
  const auto session = session_with(connect_fake);
  const int started = FakePortaudio::instance().sessions();

  const auto opened = session->open_stream(row.wanted, row.direction, format, Latency::safe);

  REQUIRE(opened);
  CHECK(FakeServer::opened == row.id);
  CHECK(FakeServer::opened_latency == Latency::safe);
  CHECK(FakePortaudio::instance().sessions() == started);
}

TEST_CASE("a card that only PortAudio has is opened there, by its name or number", "[session]") {
  const std::string wanted = GENERATE("Other Card", "other", "3");
  INFO(wanted);
  const auto session = session_with(connect_fake);

  const auto opened = session->open_stream(wanted, Direction::playback, format, Latency::normal);

  REQUIRE(opened);
  CHECK(opened->card.name == "Other Card");
  CHECK(FakeServer::opened.empty());
  const auto streams = FakePortaudio::instance().streams();
  REQUIRE(streams.size() == 1);
  CHECK(streams[0].device == 1);
}

TEST_CASE("a server without a card leaves the default to PortAudio", "[session]") {
  const auto session = session_with(connect_fake, false);

  const auto opened = session->open_stream("", Direction::capture, format, Latency::normal);

  REQUIRE(opened);
  CHECK(opened->card.name == "Plain Card");
}

TEST_CASE("a card that cannot be opened, or does not exist, is named", "[session]") {
  const auto refusing = session_with(connect_fake, true, true);
  CHECK(refusing->open_stream("", Direction::capture, format, Latency::normal).error() ==
        "'Desk Microphone' cannot be opened: busy; trying every second");

  const auto session = session_with(connect_fake);
  CHECK(session->open_stream("headset", Direction::playback, format, Latency::normal).error() ==
        "no loudspeaker is called 'headset'; looking for it");
}

TEST_CASE("a server that starts during the call takes over from PortAudio", "[session]") {
  FakeServer::has_cards = true;
  FakeServer::refuses = false;
  FakePortaudio::instance().plug({plain, other});
  server_has_started = false;
  const SoundCard card("", "", format, Latency::normal, connect_late);
  const auto uses = [&](const std::string& system) {
    return eventually([&] {
      FakePortaudio::instance().run(80, 0);
      return card.status(Direction::capture).detail.find(system) != std::string::npos &&
             card.status(Direction::playback).detail.find(system) != std::string::npos;
    });
  };
  REQUIRE(uses("(Fake, "));

  server_has_started = true;

  CHECK(uses("(Server, "));
}
