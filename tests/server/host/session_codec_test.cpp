// Which codec a peer and the server agree on, and what follows from it.
#include "common/audio/l16.hpp"

#include "tests/server/host/visitor.hpp"

using namespace voiced::test;
using voice::CodecId;
using voice::test::message;
using voice::test::rtp_message;
using Texts = std::vector<std::string>;

namespace {

struct Hall : TestLobby {
  explicit Hall(int rate_hz = 8000) : TestLobby(test_options(rate_hz)), guest(lobby, 7) {}

  [[nodiscard]] CodecId codec() const { return guest.participant(room).playout.codec(); }

  Guest guest;
};

// An RTP message of L16.
voice::test::ByteVector l16_message(std::uint16_t sequence, const std::vector<std::int16_t>& pcm) {
  voice::test::ByteVector wire(voice::packet_overhead_bytes + 2 * pcm.size());
  voice::l16::encode(pcm, std::span{wire}.subspan(voice::packet_overhead_bytes));
  voice::write_packet_overhead({.sequence = sequence, .payload_type = 96}, wire);
  return wire;
}

}  // namespace

TEST_CASE("the first codec that is offered and known is chosen, and Welcome names it",
          "[session]") {
  struct Row {
    const char* offered;
    const char* chosen;
    CodecId codec;
  };
  const auto row = GENERATE(values<Row>({{"l16", "l16", CodecId::l16},
                                         {"l16, pcmu", "l16", CodecId::l16},
                                         {"pcmu,l16", "pcmu", CodecId::pcmu},
                                         {"opus/48000,l16", "l16", CodecId::l16}}));
  INFO("offered " << row.offered);
  Hall hall;

  CHECK_FALSE(hall.guest.send(message(std::string("Hello\nName:Anna\nCodecs:") + row.offered)));

  CHECK(hall.guest.answers() ==
        Texts{std::string("Welcome\nId:7\nName:Anna\nAgent:voiced\nCodec:") + row.chosen});
  CHECK(hall.codec() == row.codec);
}

TEST_CASE("a peer that offers no codec, or none that we have, speaks PCMU and is told of none",
          "[session]") {
  const std::string offer = GENERATE("", "\nCodecs:", "\nCodecs:g722");
  Hall hall;

  CHECK_FALSE(hall.guest.send(message("Hello\nName:Anna" + offer)));

  CHECK(hall.guest.answers() == Texts{"Welcome\nId:7\nName:Anna\nAgent:voiced"});
  CHECK(hall.codec() == CodecId::pcmu);
}

TEST_CASE("a second Hello changes the name, and never the codec", "[session]") {
  Hall hall;
  CHECK_FALSE(hall.guest.send(message("Hello\nName:Anna\nCodecs:l16")));
  CHECK_FALSE(hall.guest.send(message("Hello\nName:Bob\nCodecs:pcmu")));

  CHECK(hall.guest.answers().back() == "Welcome\nId:7\nName:Bob\nAgent:voiced\nCodec:l16");
  CHECK(hall.codec() == CodecId::l16);
}

TEST_CASE("a peer that speaks L16 is heard in it, without loss, and its PCMU is foreign",
          "[session]") {
  Hall hall;
  Guest ear(hall.lobby, 8);
  CHECK_FALSE(hall.guest.send(message("Hello\nCodecs:l16")));
  CHECK_FALSE(ear.send(message("Hello\nCodecs:l16")));
  std::mt19937 random(5);
  std::vector<std::int16_t> said(160);
  for (auto& sample : said) sample = static_cast<std::int16_t>(random());

  CHECK_FALSE(hall.guest.send(rtp_message(0, silence())));
  CHECK(hall.guest.session.counters().foreign_packets == 1);
  CHECK_FALSE(hall.guest.send(l16_message(1, said)));

  Payload wire(320);
  voice::l16::encode(said, wire);
  CHECK(heard_by(ear.id(), hall.tick()) == wire);
}

TEST_CASE("L16 of a peer that has not agreed on it is not played", "[session]") {
  Hall hall;
  CHECK_FALSE(hall.guest.send(l16_message(0, std::vector<std::int16_t>(160, 1))));

  CHECK(hall.guest.session.counters().foreign_packets == 1);
  CHECK(hall.tick().empty());
}

TEST_CASE("four frames of L16 fit into a message, a byte more ends the connection", "[session]") {
  Hall hall(48000);
  CHECK_FALSE(hall.guest.send(message("Hello\nCodecs:l16")));

  CHECK_FALSE(hall.guest.send(l16_message(0, std::vector<std::int16_t>(4 * 960, 1))));
  CHECK(hall.guest.send(voice::test::prefix(12 + 2 * 4 * 960 + 1)) ==
        voiced::CloseReason::framing_too_long);
}
