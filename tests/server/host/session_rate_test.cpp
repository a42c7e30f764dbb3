// A server whose announcement names another rate than that of its room.
#include "tests/server/host/visitor.hpp"

using namespace voiced::test;
using voice::CodecId;
using voice::test::message;
using voice::test::rtp_message;
using Texts = std::vector<std::string>;

namespace {

voiced::RoomOptions two_rates(int room_hz = 48000, int classic_hz = 8000) {
  auto options = test_options(room_hz);
  options.other_format = *voice::AudioFormat::from_rate(classic_hz);
  return options;
}

}  // namespace

TEST_CASE("the announcement names the classic rate, and the room's for those that can ask",
          "[session][rates]") {
  TestLobby trial(two_rates());
  Visitor visitor(trial.lobby);
  REQUIRE_FALSE(visitor.session.open());
  CHECK(visitor.answers() == Texts{"SamplesPerSecond:8000:voice/1:rate/48000"});

  TestLobby same(two_rates(8000, 8000));
  Visitor other(same.lobby);
  REQUIRE_FALSE(other.session.open());
  CHECK(other.answers() == Texts{"SamplesPerSecond:8000:voice/1"});
}

TEST_CASE("a Hello with a rate gets the room's, unless it asks for the announced one",
          "[session][rates]") {
  struct Row {
    const char* keys;
    const char* answer;
    int rate_hz;
  };
  const auto row = GENERATE(values<Row>({{"", "", 8000},
                                         {"\nRate:48000", "\nRate:48000", 48000},
                                         {"\nRate:8000", "\nRate:8000", 8000},
                                         {"\nRate:44100", "\nRate:48000", 48000},
                                         {"\nRate:loud", "", 8000}}));
  INFO("keys " << row.keys);
  TestLobby trial(two_rates());
  Guest guest(trial.lobby, 7);

  CHECK_FALSE(guest.send(message(std::string("Hello\nName:Anna") + row.keys)));

  CHECK(guest.answers() ==
        Texts{std::string("Welcome\nId:7\nName:Anna\nAgent:voiced") + row.answer});
  CHECK(guest.session.format().rate_hz() == row.rate_hz);
  CHECK(guest.participant(trial.room).playout.format().rate_hz() == row.rate_hz);
  const std::size_t frame = static_cast<std::size_t>(row.rate_hz) / 50;
  CHECK_FALSE(guest.send(rtp_message(1, silence(frame))));
  CHECK(heard_by(guest.id(), trial.tick())->size() == frame);
}

TEST_CASE("the rate is chosen once, and a server with one rate confirms it", "[session][rates]") {
  TestLobby trial(two_rates());
  Guest guest(trial.lobby, 7);
  CHECK_FALSE(guest.send(message("Hello\nName:Anna\nRate:48000")));
  CHECK_FALSE(guest.send(message("Hello\nName:Bob\nRate:8000")));
  CHECK(guest.answers().back() == "Welcome\nId:7\nName:Bob\nAgent:voiced\nRate:48000");
  CHECK(guest.session.format().rate_hz() == 48000);

  TestLobby plain(test_options(16000));
  Guest other(plain.lobby, 8);
  CHECK_FALSE(other.send(message("Hello\nName:Cid\nRate:16000")));
  CHECK(other.answers() == Texts{"Welcome\nId:8\nName:Cid\nAgent:voiced\nRate:16000"});
}

TEST_CASE("a peer may send four frames of its own rate in a message", "[session][rates]") {
  struct Row {
    int room_hz, classic_hz;
    const char* hello;
    std::uint32_t bytes_max;
  };
  const auto row = GENERATE(values<Row>({{8000, 48000, "Hello", 12 + 4 * 960},
                                         {8000, 48000, "Hello\nRate:8000", 1024},
                                         {48000, 8000, "Hello", 1024},
                                         {48000, 8000, "Hello\nRate:48000", 12 + 4 * 960}}));
  CAPTURE(row.room_hz, row.hello);
  TestLobby trial(two_rates(row.room_hz, row.classic_hz));
  Guest guest(trial.lobby);
  CHECK_FALSE(guest.send(message(row.hello)));

  CHECK_FALSE(guest.send(voice::test::prefix(row.bytes_max)));
  Guest other(trial.lobby, 2);
  CHECK_FALSE(other.send(message(row.hello)));
  CHECK(other.send(voice::test::prefix(row.bytes_max + 1)) ==
        voiced::CloseReason::framing_too_long);
}

TEST_CASE("codecs are offered that work at the peer's rate", "[session][rates]") {
  TestLobby trial(two_rates(48000, 11025));
  Guest old(trial.lobby, 7);
  CHECK_FALSE(old.send(message("Hello\nName:Anna\nCodecs:opus,l16")));

  CHECK(old.session.codec() == CodecId::l16);
  CHECK(old.participant(trial.room).playout.codec() == CodecId::l16);
}
