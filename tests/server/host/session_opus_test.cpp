// When a peer is given Opus, and what follows from it.
#include "tests/server/host/visitor.hpp"

using namespace voiced::test;
using voice::CodecId;
using voice::test::message;
using Texts = std::vector<std::string>;

namespace {

struct Hall : TestLobby {
  explicit Hall(int rate_hz = 16000) : TestLobby(test_options(rate_hz)), guest(lobby, 7) {}

  [[nodiscard]] CodecId codec() const { return guest.participant(room).playout.codec(); }
  std::string welcome(const char* codecs) {
    CHECK_FALSE(guest.send(message(std::string("Hello\nName:Anna\nCodecs:") + codecs)));
    return guest.answers().at(0);
  }

  Guest guest;
};

voice::test::ByteVector opus_message(std::uint16_t sequence, const Payload& payload) {
  voice::test::ByteVector wire(voice::packet_overhead_bytes + payload.size());
  std::copy(payload.begin(), payload.end(), wire.begin() + voice::packet_overhead_bytes);
  voice::write_packet_overhead({.sequence = sequence, .payload_type = 97}, wire);
  return wire;
}

Payload opus_of(voice::AudioFormat format) {
  Payload payload(voice::opus_payload_bytes_max);
  const std::vector<std::int16_t> pcm(format.samples_per_frame(), 1000);
  payload.resize(voice::make_encoder(CodecId::opus, format)->encode(pcm, payload));
  return payload;
}

const std::string welcome_without = "Welcome\nId:7\nName:Anna\nAgent:voiced";

}  // namespace

TEST_CASE("a peer that asks for Opus is given it, in both directions", "[session][opus]") {
  Hall hall;

  CHECK(hall.welcome("opus") == welcome_without + "\nCodec:opus");
  CHECK(hall.codec() == CodecId::opus);
  CHECK(hall.guest.session.codec() == CodecId::opus);
}

TEST_CASE("the peer's order decides, among what the room offers", "[session][opus]") {
  Hall hall;
  hall.front.codecs = *voice::codecs_named("pcmu, opus");
  hall.reconfigure();

  CHECK(hall.welcome("l16,opus,pcmu") == welcome_without + "\nCodec:opus");
}

TEST_CASE("where Opus does not work at the rate, or is not offered, the next codec is chosen",
          "[session][opus]") {
  SECTION("rate") {
    Hall hall(11025);
    CHECK(hall.welcome("opus,l16") == welcome_without + "\nCodec:l16");
  }
  SECTION("setting") {
    Hall hall;
    hall.front.codecs = *voice::codecs_named("l16");
    hall.reconfigure();
    CHECK(hall.welcome("opus,l16") == welcome_without + "\nCodec:l16");
  }
  SECTION("nothing else is wanted") {
    Hall hall(44100);
    CHECK(hall.welcome("opus") == welcome_without);
    CHECK(hall.codec() == CodecId::pcmu);
  }
}

TEST_CASE(
    "while the mixer is under pressure, newcomers are given no Opus, and those with it keep it",
    "[session][opus]") {
  Hall hall;
  CHECK(hall.welcome("opus") == welcome_without + "\nCodec:opus");
  hall.lobby.set_is_pressed(true);
  Guest late(hall.lobby, 8);

  CHECK_FALSE(late.send(message("Hello\nName:Bob\nCodecs:opus")));

  CHECK(late.answers() == Texts{"Welcome\nId:8\nName:Bob\nAgent:voiced"});
  CHECK(late.session.codec() == CodecId::pcmu);
  CHECK(hall.codec() == CodecId::opus);
  hall.lobby.set_is_pressed(false);
  Guest later(hall.lobby, 9);
  CHECK_FALSE(later.send(message("Hello\nName:Cid\nCodecs:opus")));
  CHECK(later.session.codec() == CodecId::opus);
}

TEST_CASE("a changed setting applies to peers that come later", "[session][opus]") {
  Hall hall;
  CHECK(hall.welcome("opus") == welcome_without + "\nCodec:opus");
  hall.front.codecs = {};
  hall.reconfigure();
  CHECK_FALSE(hall.guest.send(message("Hello\nName:Anna\nCodecs:opus")));

  CHECK(hall.guest.answers().at(0) == welcome_without + "\nCodec:opus");
  CHECK(hall.codec() == CodecId::opus);
}

TEST_CASE("packets of Opus are played, those of PCMU are foreign, others are malformed",
          "[session][opus]") {
  Hall hall;
  (void)hall.welcome("opus");
  const auto& counters = hall.guest.participant(hall.room).playout.counters();

  CHECK_FALSE(hall.guest.send(voice::test::rtp_message(0, silence(320))));
  CHECK(hall.guest.session.counters().foreign_packets == 1);
  CHECK_FALSE(hall.guest.send(opus_message(1, Payload(100, 0xFF))));
  CHECK(counters.malformed == 1);
  CHECK_FALSE(hall.guest.send(opus_message(2, opus_of(hall.room.format()))));
  CHECK(counters.packets == 1);
  CHECK_FALSE(hall.tick().empty());
}

TEST_CASE("the longest packet of Opus fits into a message, a byte more ends the connection",
          "[session][opus]") {
  Hall hall(8000);
  (void)hall.welcome("opus");

  CHECK_FALSE(hall.guest.send(opus_message(0, Payload(1275, 0x08))));
  CHECK(hall.guest.send(voice::test::prefix(12 + 1275 + 1)) ==
        voiced::CloseReason::framing_too_long);
}

TEST_CASE("packets of PCMU that were under way end no connection", "[session][opus]") {
  Hall hall(48000);
  (void)hall.welcome("opus");

  CHECK_FALSE(hall.guest.send(voice::test::rtp_message(0, silence(1920))));
  CHECK(hall.guest.session.counters().foreign_packets == 1);
}

TEST_CASE("floods of Opus are decoded as far as one backlog of four seconds, of all peers together",
          "[session][opus]") {
  Hall hall;
  (void)hall.welcome("opus");
  Guest other(hall.lobby, 8);
  CHECK_FALSE(other.send(message("Hello\nName:Bob\nCodecs:opus")));
  const Payload payload = opus_of(hall.room.format());
  const auto flood = [&](Guest& guest) {
    const auto& counters = guest.participant(hall.room).playout.counters();
    const auto before = counters.packets;
    for (std::uint16_t i = 0; i < 1000; ++i) {
      CHECK_FALSE(guest.send(opus_message(static_cast<std::uint16_t>(before + i), payload)));
    }
    return counters.packets - before;
  };

  CHECK(flood(hall.guest) == 250 + 12);
  CHECK(flood(other) == 12);
  hall.guest.now += std::chrono::seconds{1};
  CHECK(flood(hall.guest) == 250 + 12);
}

TEST_CASE("the backlog of Opus grows with what may be caught up with", "[session][opus]") {
  Hall hall;
  (void)hall.welcome("opus");
  hall.front.playout = {.catch_up_max = std::chrono::seconds{20}};
  hall.reconfigure();
  hall.guest.session.follow_backlog();
  const Payload payload = opus_of(hall.room.format());

  for (std::uint16_t i = 0; i < 1500; ++i) {
    CHECK_FALSE(hall.guest.send(opus_message(i, payload)));
  }

  CHECK(hall.guest.participant(hall.room).playout.counters().packets == 1250 + 12);
}

TEST_CASE("a peer that has floods beside it is still heard in real time", "[session][opus]") {
  Hall hall;
  (void)hall.welcome("opus");
  Guest other(hall.lobby, 8);
  CHECK_FALSE(other.send(message("Hello\nName:Bob\nCodecs:opus")));
  const Payload payload = opus_of(hall.room.format());
  const auto& counters = other.participant(hall.room).playout.counters();

  for (std::uint16_t i = 0; i < 200; ++i) {
    for (std::uint16_t k = 0; k < 30; ++k) {
      (void)hall.guest.send(opus_message(static_cast<std::uint16_t>(30 * i + k), payload));
    }
    CHECK_FALSE(other.send(opus_message(i, payload)));
    (void)hall.tick();
    hall.guest.now += voice::frame_duration;
    other.now += voice::frame_duration;
  }

  CHECK(counters.packets == 200);
  CHECK(other.session.counters().excess_messages == 0);
}

TEST_CASE("as many participants have Opus as the server can carry when all of them speak",
          "[session][opus]") {
  voiced::RoomOptions options = test_options(16000);
  options.participants_max = voiced::opus_participants_max + 2;
  TestLobby lobby(options);
  std::vector<std::unique_ptr<Guest>> guests;
  const auto join = [&] {
    guests.push_back(std::make_unique<Guest>(lobby.lobby, guests.size() + 1));
    CHECK_FALSE(guests.back()->send(message("Hello\nCodecs:opus")));
    return guests.back()->session.codec();
  };
  for (std::size_t i = 0; i < voiced::opus_participants_max; ++i) CHECK(join() == CodecId::opus);

  CHECK(join() == CodecId::pcmu);
  (void)guests.front()->session.close(voiced::CloseReason::left);
  CHECK(join() == CodecId::opus);
}

TEST_CASE("a peer that has Opus keeps it when it is moved while the mixer is under pressure",
          "[session][opus]") {
  Hall hall;
  hall.rooms.push_back({.options = hall.front});
  hall.rooms.back().options.name = "booth";
  hall.reconfigure();
  (void)hall.welcome("opus");
  REQUIRE(hall.codec() == CodecId::opus);
  hall.lobby.set_is_pressed(true);

  REQUIRE(hall.guest.session.move(hall.lobby.find("booth").value()));

  CHECK(hall.guest.session.codec() == CodecId::opus);
}
