// Which codec a call uses: PCMU until a server has chosen another one of those offered.
#include "common/audio/l16.hpp"

#include "tests/client/call/call_fixture.hpp"

#include <random>

using namespace voicecli;
using namespace voicecli::test;
using voice::CodecId;
using voice::voice1::Codec;

namespace {

CallOptions offering(std::initializer_list<Codec> codecs) {
  CallOptions call = options();
  for (const Codec codec : codecs) call.codecs.add(codec);
  return call;
}

Pcm noise() {
  std::mt19937 random(3);
  Pcm pcm(160);
  for (auto& sample : pcm) sample = static_cast<std::int16_t>(random());
  return pcm;
}

Stream l16_packet(std::uint16_t sequence, const Pcm& pcm) {
  Stream wire(voice::packet_overhead_bytes + 2 * pcm.size());
  voice::l16::encode(pcm, std::span{wire}.subspan(voice::packet_overhead_bytes));
  voice::write_packet_overhead({.sequence = sequence, .payload_type = 96}, wire);
  return wire;
}

}  // namespace

TEST_CASE("Hello offers the codecs that the client was given, best first, and nothing else",
          "[call]") {
  Line plain;
  plain.receive(voice1_announce());
  CHECK(as_text(messages_of(plain.sent()).at(0)) ==
        "Hello\nName:anna\nAgent:voicecli/test\nRate:8000");

  Line both(offering({Codec::l16, Codec::pcmu}));
  both.receive(voice1_announce());
  const std::string hello = as_text(messages_of(both.sent()).at(0));
  CHECK(hello.find("\nCodecs:l16") != std::string::npos);
  CHECK(hello.find("l16") < hello.find("pcmu"));
}

TEST_CASE("a client that offers codecs says nothing before Welcome tells which one it is",
          "[call]") {
  Voice1Line line(offering({Codec::l16}));
  line.sent();
  const auto packets = [&] {
    std::vector<voice::rtp::Header> headers;
    for (const Stream& sent : messages_of(line.sent())) {
      if (const auto packet = voice::rtp::parse(sent)) headers.push_back(packet->header);
    }
    return headers;
  };

  for (int i = 0; i < 5; ++i) {
    line.call.capture(noise());
    line.tick();
  }
  CHECK(packets().empty());
  line.receive(message("Welcome\nId:3\nCodec:l16"));
  line.call.capture(noise());
  line.tick();

  // Time went on: what was not sent is a gap in the timestamps.
  const auto sent = packets();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].payload_type == 96);
  CHECK(sent[0].timestamp == voice::rtp::Timestamp{5 * 160});
}

TEST_CASE("after a Welcome that chooses L16 both directions are L16, sample by sample", "[call]") {
  Voice1Line line(offering({Codec::l16}));
  const Pcm said = noise();

  line.receive(message("Welcome\nId:3\nCodec:l16"));
  CHECK(line.call.codec() == CodecId::l16);
  line.sent();
  line.call.capture(said);
  line.tick(2);

  Stream audio;
  for (const Stream& sent : messages_of(line.sent())) {
    if (voice::classify(sent) == voice::MessageKind::rtp) audio = sent;
  }
  const auto packet = voice::rtp::parse(audio);
  REQUIRE(packet);
  CHECK(packet->header.payload_type == 96);
  Pcm sent(packet->payload.size() / 2);
  voice::l16::decode(packet->payload, sent);
  CHECK(sent == said);

  for (std::uint16_t i = 0; i < 2; ++i) line.receive(l16_packet(i, said));
  CHECK(line.play() == said);
}

TEST_CASE("a server that names no codec, or one that was not offered, is sent PCMU", "[call]") {
  struct Row {
    bool offers;
    const char* welcome;
  };
  const auto row = GENERATE(values<Row>({{true, "Welcome\nId:3"},
                                         {true, "Welcome\nId:3\nCodec:opus"},
                                         {false, "Welcome\nId:3\nCodec:l16"}}));
  Voice1Line line(row.offers ? offering({Codec::l16}) : options());

  line.receive(message(row.welcome));

  CHECK(line.call.codec() == CodecId::pcmu);
  for (std::uint16_t i = 0; i < 2; ++i) line.receive(packet(i, 0x80));
  CHECK(line.play() == Pcm(160, 32124));
}

TEST_CASE("a packet in another codec than agreed is ignored", "[call]") {
  Voice1Line line(offering({Codec::l16}));
  line.receive(message("Welcome\nId:3\nCodec:l16"));

  line.receive(packet(0, 0x80));

  CHECK(line.call.statistics().ignored_messages == 1);
  CHECK(line.call.statistics().jitter_fill_packets == 0);
}

TEST_CASE("a classic server is offered nothing", "[call]") {
  Line line(offering({Codec::l16}));
  line.receive(classic_announce());

  CHECK(line.sent().empty());
  CHECK(line.call.codec() == CodecId::pcmu);
}
