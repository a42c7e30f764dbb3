// A call in Opus: the microphone is encoded and the mix is decoded. To a server without Opus, the
// client speaks as before.
#include "tests/bench/sound/speech.hpp"
#include "tests/client/call/call_fixture.hpp"
#include "tests/support/opus_format.hpp"
#include "tests/support/segmental_snr.hpp"

using namespace voicecli;
using namespace voicecli::test;
using voice::CodecId;
using voice::voice1::Codec;
using namespace voice::test::opus;

namespace {

CallOptions wanting(std::initializer_list<Codec> codecs, int kbits = 0) {
  CallOptions call = options();
  for (const Codec codec : codecs) call.codecs.add(codec);
  call.opus_kbits = kbits;
  return call;
}

struct OpusLine : Line {
  explicit OpusLine(int kbits = 0) : Line(wanting({Codec::opus}, kbits)) {
    receive(announce("SamplesPerSecond:16000:voice/1"));
    receive(message("Welcome\nId:3\nCodec:opus"));
    sent();
  }

  // The audio messages that have been sent, as packets.
  std::vector<Stream> packets() {
    std::vector<Stream> audio;
    for (Stream& sent : messages_of(this->sent())) {
      if (voice::classify(sent) == voice::MessageKind::rtp) audio.push_back(std::move(sent));
    }
    return audio;
  }
};

}  // namespace

TEST_CASE("after a Welcome that chooses Opus the microphone is sent in it", "[call][opus]") {
  OpusLine line;
  const auto decoder = voice::make_decoder(CodecId::opus, format());
  const Pcm said = bench::speech(rate_hz, 4);
  Pcm heard;
  std::size_t bytes = 0;

  for (std::size_t at = 0; at < said.size(); at += frame) {
    line.speak({said.begin() + static_cast<std::ptrdiff_t>(at),
                said.begin() + static_cast<std::ptrdiff_t>(at + frame)});
    for (const Stream& sent : line.packets()) {
      const auto packet = voice::rtp::parse(sent);
      REQUIRE(packet);
      CHECK(packet->header.payload_type == 97);
      CHECK(static_cast<std::uint32_t>(packet->header.timestamp) % frame == 0);
      Pcm pcm(frame);
      REQUIRE(decoder->decode(packet->payload, pcm) == frame);
      heard.insert(heard.end(), pcm.begin(), pcm.end());
      bytes += packet->payload.size();
    }
  }

  CHECK(line.call.codec() == CodecId::opus);
  CHECK(voice::test::best_snr_db(said, heard, rate_hz, 60) > 5);
  CHECK(8 * bytes / 4 < 24'000 * 5 / 4);
  CHECK(line.call.statistics().codec == CodecId::opus);
  CHECK(line.call.statistics().opus_kbits == 24);
}

TEST_CASE("the bit rate is what was set", "[call][opus]") {
  OpusLine line(64);
  const Pcm said = bench::speech(rate_hz, 2);
  std::size_t bytes = 0;
  for (std::size_t at = 0; at < said.size(); at += frame) {
    line.speak({said.begin() + static_cast<std::ptrdiff_t>(at),
                said.begin() + static_cast<std::ptrdiff_t>(at + frame)});
    for (const Stream& sent : line.packets()) bytes += sent.size() - voice::rtp_header_bytes;
  }

  CHECK(8 * bytes / 2 > 35'000);
  CHECK(line.call.statistics().opus_kbits == 64);
}

TEST_CASE("Opus packets are played, and others are counted as malformed", "[call][opus]") {
  OpusLine line;
  const auto encoder = voice::make_encoder(CodecId::opus, format());
  const Pcm said = bench::speech(rate_hz, 4);
  Pcm heard;
  std::uint16_t sequence = 0;
  const auto receive = [&](std::span<const std::uint8_t> payload) {
    Stream wire(voice::packet_overhead_bytes + payload.size());
    std::copy(payload.begin(), payload.end(), wire.begin() + voice::packet_overhead_bytes);
    voice::write_packet_overhead(
        {sequence, voice::rtp::Timestamp{static_cast<std::uint32_t>(sequence * frame)},
         voice::rtp::Ssrc{1}, 97},
        wire);
    ++sequence;
    line.receive(wire);
  };
  for (std::size_t at = 0; at < said.size(); at += frame) {
    Stream payload(voice::opus_payload_bytes_max);
    payload.resize(encoder->encode(std::span{said}.subspan(at, frame), payload));
    receive(payload);
    line.tick();
    const Pcm played = line.play();
    heard.insert(heard.end(), played.begin(), played.end());
  }
  receive(Stream(50, 0xFF));

  CHECK(voice::test::best_snr_db(said, heard, rate_hz, 80) > 5);
  CHECK(line.call.statistics().playout.malformed == 1);
}

TEST_CASE("Opus is offered only where it works at the announced rate", "[call][opus]") {
  struct Row {
    const char* announced;
    const char* offered;
  };
  const auto row = GENERATE(values<Row>({{"SamplesPerSecond:48000:voice/1", "\nCodecs:opus,l16"},
                                         {"SamplesPerSecond:11025:voice/1", "\nCodecs:l16"}}));
  Line line(wanting({Codec::opus, Codec::l16}));

  line.receive(announce(row.announced));

  const std::string hello = as_text(messages_of(line.sent()).at(0));
  const auto at = hello.find("\nCodecs");
  CHECK(hello.substr(at, hello.find("\nRate") - at) == row.offered);
}

TEST_CASE("a client that is not given the codec it asked for is told", "[call][opus]") {
  struct Row {
    const char* announced;
    const char* welcome;
    bool wanted;
  };
  const auto row = GENERATE(
      values<Row>({{"SamplesPerSecond:16000:voice/1", "Welcome\nId:3\nCodec:opus", true},
                   {"SamplesPerSecond:16000:voice/1", "Welcome\nId:3", false},
                   {"SamplesPerSecond:11025:voice/1", "Welcome\nId:3\nCodec:opus", false}}));
  INFO(row.announced << " " << row.welcome);
  Line line(wanting({Codec::opus}));
  line.receive(announce(row.announced));
  line.event<Announced>();

  line.receive(message(row.welcome));

  const auto welcomed = line.event<Welcomed>();
  CHECK(welcomed.is_wanted_codec == row.wanted);
  CHECK(welcomed.codec == (row.wanted ? CodecId::opus : CodecId::pcmu));
  CHECK(line.call.has_wanted_codec() == row.wanted);
}

TEST_CASE("after a mute, nothing of what was said before it is sent", "[call][opus]") {
  OpusLine line;
  const auto decoder = voice::make_decoder(CodecId::opus, format());
  const auto hear = [&] {
    Pcm heard;
    for (const Stream& sent : line.packets()) {
      const auto packet = voice::rtp::parse(sent);
      REQUIRE(packet);
      if (packet->payload.empty()) {
        decoder->reset();
        continue;
      }
      Pcm pcm(frame);
      REQUIRE(decoder->decode(packet->payload, pcm) == frame);
      heard.insert(heard.end(), pcm.begin(), pcm.end());
    }
    return heard;
  };
  for (std::size_t i = 0; i < 50; ++i) {
    line.speak(loud_tone(i));
    (void)hear();
  }
  line.controls.microphone_muted = !line.controls.microphone_muted;
  for (std::size_t i = 0; i < 50; ++i) {
    line.speak(loud_tone(i));
    CHECK(hear().empty());
  }

  line.controls.microphone_muted = !line.controls.microphone_muted;
  for (int i = 0; i < 25; ++i) {
    line.speak(Pcm(frame, 3));
    CHECK(peak(hear()) < 20);
  }
}

TEST_CASE("a move to a rate that Opus does not have ends in PCMU, whatever the server names",
          "[call][opus][rooms]") {
  const std::string codec = GENERATE("opus", "l16", "none", "");
  OpusLine line;
  (void)line.event<Announced>();
  (void)line.event<Welcomed>();

  line.receive(message("Welcome\nId:3\nRoom:hall\nRate:44100\nCodec:" + codec));

  CHECK(line.call.format()->rate_hz() == 44100);
  CHECK(line.event<Welcomed>().codec == CodecId::pcmu);
  line.speak(Pcm(882, 9000));
  CHECK(line.packets().at(0).size() == 12 + 882);
}
