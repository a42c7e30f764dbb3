// What the original programs really sent and received (tests/vectors/README.md), compared with what
// our core does.
#include "common/audio/audio_format.hpp"
#include "common/audio/g711.hpp"
#include "common/wire/packetizer.hpp"
#include "common/wire/text_message.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/vectors.hpp"

#include <array>

namespace rtp = voice::rtp;
using voice::test::ByteVector;
using voice::test::messages_of;
using voice::test::read_vector;
using voice::test::samples_of;

namespace {

struct Capture {
  int rate_hz;
  const char* pcm;
  const char* client_to_server;
};

const std::array captures{
    Capture{5000, "sine500_5000_2s_s16le.pcm", "orig_client_sine500_5000.c2s.bin"},
    Capture{8000, "sine1000_8000_2s_s16le.pcm", "orig_client_sine1000_8000_2s.c2s.bin"},
    Capture{22050, "sine500_22050_2s_s16le.pcm", "orig_client_sine500_22050.c2s.bin"},
    Capture{44100, "sine500_44100_2s_s16le.pcm", "orig_client_sine500_44100.c2s.bin"},
};

/// The payloads of all RTP packets among `messages`, joined.
ByteVector audio_of(const std::vector<ByteVector>& messages) {
  ByteVector audio;
  for (const ByteVector& message : messages) {
    if (voice::classify(message) != voice::MessageKind::rtp) continue;
    const auto payload = rtp::parse(message).value().payload;
    audio.insert(audio.end(), payload.begin(), payload.end());
  }
  return audio;
}

/// The stream bytes that we make of these samples, with the original's counters.
ByteVector stream_of(const std::vector<std::int16_t>& pcm, int rate_hz) {
  voice::FrameClock clock(voice::AudioFormat::from_rate(rate_hz).value());
  voice::Packetizer packetizer(4596, rtp::Ssrc{0});
  ByteVector stream;
  for (std::size_t at = 0; at < pcm.size();) {
    const std::size_t length = std::min(clock.next(), pcm.size() - at);
    ByteVector message(voice::packet_overhead_bytes + length);
    const auto payload = std::span{message}.subspan(voice::packet_overhead_bytes);
    voice::g711::encode(std::span{pcm}.subspan(at, length), payload);
    packetizer.packetize(message, length);
    stream.insert(stream.end(), message.begin(), message.end());
    at += length;
  }
  return stream;
}

}  // namespace

TEST_CASE("an original client's stream is RTP packets of one frame each", "[captures]") {
  for (const Capture& capture : captures) {
    INFO(capture.client_to_server);
    const auto messages = messages_of(read_vector(capture.client_to_server));
    const auto format = voice::AudioFormat::from_rate(capture.rate_hz).value();

    CHECK(messages.size() == 100);
    std::uint16_t sequence = 4596;
    std::uint32_t timestamp = 0;
    for (const ByteVector& message : messages) {
      CHECK(voice::classify(message) == voice::MessageKind::rtp);
      const auto packet = rtp::parse(message).value();
      CHECK(packet.payload.size() == format.samples_per_frame());
      CHECK(packet.header.sequence == sequence++);
      CHECK(packet.header.timestamp == rtp::Timestamp{timestamp});
      CHECK(packet.header.ssrc == rtp::Ssrc{0});
      timestamp += static_cast<std::uint32_t>(packet.payload.size());
    }
  }
}

TEST_CASE("we send the original client's bytes, except for the documented difference of the codecs",
          "[captures]") {
  const auto original_codes = read_vector("ulaw_encode_table_u8_index_x_plus_32768.bin");
  for (const Capture& capture : captures) {
    INFO(capture.client_to_server);
    const auto pcm = samples_of(read_vector(capture.pcm));
    const auto original = read_vector(capture.client_to_server);
    auto ours = stream_of(pcm, capture.rate_hz);
    REQUIRE(ours.size() == original.size());

    // A byte may differ only where the original's table differs from ITU-T's, and then by one code.
    const std::size_t frame = voice::AudioFormat::from_rate(capture.rate_hz)->samples_per_frame();
    for (std::size_t i = 0; i < pcm.size(); ++i) {
      const std::size_t at = (i / frame + 1) * voice::packet_overhead_bytes + i;
      const std::uint8_t code = original_codes[static_cast<std::size_t>(pcm[i] + 32768)];
      const bool may_differ = pcm[i] < 0 && ours[at] == code + 1;
      if (may_differ) ours[at] = code;
    }
    CHECK((ours == original));
  }
}

TEST_CASE("the two encoders differ by one code on 508 negative samples and nowhere else",
          "[captures]") {
  const auto original = read_vector("ulaw_encode_table_u8_index_x_plus_32768.bin");
  const auto itu = read_vector("ulaw_g191_encode_u8_index_x_plus_32768.bin");
  int different = 0;
  for (std::size_t i = 0; i < original.size(); ++i) {
    if (original[i] == itu[i]) continue;
    ++different;
    CHECK(i < 32768);
    CHECK(original[i] + 1 == itu[i]);
  }
  CHECK(different == 508);
}

TEST_CASE("an original server's stream is one announcement, then the talker's audio bit for bit",
          "[captures]") {
  struct Row {
    const char* server_to_listener;
    const char* client_to_server;
    int rate_hz;
  };
  const auto row = GENERATE(values<Row>({{"orig_server_to_listener_sine1000_8000.s2c.bin",
                                          "orig_client_sine1000_8000_2s.c2s.bin", 8000},
                                         {"orig_server_to_listener_sine500_22050.s2c.bin",
                                          "orig_client_sine500_22050.c2s.bin", 22050}}));
  INFO(row.server_to_listener);

  const auto messages = messages_of(read_vector(row.server_to_listener));

  CHECK(messages.size() == 101);
  CHECK(voice::classify(messages[0]) == voice::MessageKind::text);
  const auto announce = voice::parse_announce(messages[0]);
  REQUIRE(announce.has_value());
  CHECK(announce->rate_hz == row.rate_hz);
  CHECK_FALSE(announce->voice1);
  CHECK((audio_of(messages) == audio_of(messages_of(read_vector(row.client_to_server)))));
}

TEST_CASE("an original server sends a lone talker silence", "[captures]") {
  const char* name =
      GENERATE("orig_server_to_talker_5000.s2c.bin", "orig_server_to_talker_8000.s2c.bin");
  const auto audio = audio_of(messages_of(read_vector(name)));

  CHECK(audio.size() >= 100 * 100);
  CHECK((audio == ByteVector(audio.size(), voice::g711::silence)));
}

TEST_CASE("we play what the original listener played, sample for sample", "[captures]") {
  const auto audio =
      audio_of(messages_of(read_vector("orig_server_to_listener_sine1000_8000.s2c.bin")));
  std::vector<std::int16_t> pcm(audio.size());

  voice::g711::decode(audio, pcm);

  CHECK((pcm == samples_of(read_vector("orig_listener_decoded_sine1000_8000.pcm"))));
}

TEST_CASE("a capture gives the same messages however it is cut", "[captures]") {
  const auto stream = read_vector("orig_server_to_listener_sine1000_8000.s2c.bin");
  const auto whole = messages_of(stream);

  for (std::size_t step = 1; step <= 400; ++step) {
    voice::Deframer deframer(voice::message_bytes_max_stranger);
    std::vector<ByteVector> messages;
    for (std::size_t at = 0; at < stream.size(); at += step) {
      const auto piece = voice::Bytes{stream}.subspan(at, std::min(step, stream.size() - at));
      for (ByteVector& message : voice::test::feed(deframer, piece))
        messages.push_back(std::move(message));
    }
    if (messages != whole) FAIL("pieces of " << step << " bytes");
  }
  SUCCEED("pieces of 1 to 400 bytes");
}
