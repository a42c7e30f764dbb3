// Compared with captures of the original program (docs/protocol.md): its server's stream played by
// our client, and our client's stream beside that of its client.
#include "tests/client/call/call_fixture.hpp"

#include <algorithm>

using namespace voicecli;
using namespace voicecli::test;

namespace {

/// All that a listener hears of `stream`, played as it arrives, beginning with the first sound.
Pcm listen(const Stream& stream) {
  Line line;
  Pcm heard;
  voice::Bytes rest{stream};
  // Packets and ticks in turn, as they come over the wire; with a depth of 4, playout starts after
  // two packets.
  while (!rest.empty()) {
    const std::size_t size = voice::load_le32(rest.data()) + voice::length_prefix_bytes;
    line.call.received(rest.first(size), line.now);
    rest = rest.subspan(size);
    line.tick();
    const Pcm frame = line.play();
    heard.insert(heard.end(), frame.begin(), frame.end());
  }
  for (int i = 0; i < 2; ++i) {
    const Pcm frame = line.play();
    heard.insert(heard.end(), frame.begin(), frame.end());
  }
  CHECK(line.call.statistics().playout.overflows == 0);
  CHECK(line.call.statistics().playout.lost == 0);
  return heard;
}

}  // namespace

TEST_CASE("the original server's stream sounds as the original's listener played it", "[call]") {
  const Pcm expected = vector_pcm("orig_listener_decoded_sine1000_8000.pcm");

  const Pcm heard = listen(vector_bytes("orig_server_to_listener_sine1000_8000.s2c.bin"));

  const auto at = std::search(heard.begin(), heard.end(), expected.begin(), expected.end());
  CHECK(at != heard.end());
  CHECK(std::all_of(heard.begin(), at, [](auto sample) { return sample == 0; }));
}

TEST_CASE("the original server's stream at 22050 Hz is the decoded payload", "[call]") {
  const Stream stream = vector_bytes("orig_server_to_listener_sine500_22050.s2c.bin");
  Pcm expected;
  for (const Stream& message : messages_of(stream)) {
    if (voice::classify(message) != voice::MessageKind::rtp) continue;
    Pcm frame(message.size() - voice::rtp_header_bytes);
    voice::g711::decode(voice::Bytes{message}.subspan(voice::rtp_header_bytes), frame);
    expected.insert(expected.end(), frame.begin(), frame.end());
  }

  const Pcm heard = listen(stream);

  CHECK(expected.size() == 100 * 441);
  CHECK(std::search(heard.begin(), heard.end(), expected.begin(), expected.end()) != heard.end());
}

TEST_CASE("a lone talker hears silence from the original server", "[call]") {
  const auto name = GENERATE(values<std::string>(
      {"orig_server_to_talker_8000.s2c.bin", "orig_server_to_talker_5000.s2c.bin"}));
  const Pcm heard = listen(vector_bytes(name));
  CHECK(std::all_of(heard.begin(), heard.end(), [](auto sample) { return sample == 0; }));
}

TEST_CASE("our bytes are the original client's up to its codec's deviations", "[call]") {
  struct Row {
    const char *pcm, *bytes;
    int rate_hz;
  };
  const auto row = GENERATE(
      values<Row>({{"sine500_5000_2s_s16le.pcm", "orig_client_sine500_5000.c2s.bin", 5000},
                   {"sine1000_8000_2s_s16le.pcm", "orig_client_sine1000_8000_2s.c2s.bin", 8000},
                   {"sine500_22050_2s_s16le.pcm", "orig_client_sine500_22050.c2s.bin", 22050},
                   {"sine500_44100_2s_s16le.pcm", "orig_client_sine500_44100.c2s.bin", 44100}}));
  INFO(row.bytes);
  const Pcm pcm = vector_pcm(row.pcm);
  Line line;  // first sequence 4596 and SSRC 0, as the original's
  line.receive(announce("SamplesPerSecond:" + std::to_string(row.rate_hz)));
  const auto frame = static_cast<std::size_t>(row.rate_hz / 50);

  Stream ours;
  for (std::size_t at = 0; at + frame <= pcm.size(); at += frame) {
    line.speak(Pcm(pcm.begin() + static_cast<std::ptrdiff_t>(at),
                   pcm.begin() + static_cast<std::ptrdiff_t>(at + frame)));
    ours += line.sent();
  }

  // The original encodes with Sun's table, which is one code lower for 508 negative inputs
  // (docs/protocol.md §4).
  const Stream sun = vector_bytes("ulaw_encode_table_u8_index_x_plus_32768.bin");
  const Stream theirs = vector_bytes(row.bytes);
  REQUIRE(ours.size() == theirs.size());
  const std::size_t message_size = voice::packet_overhead_bytes + frame;
  std::size_t sample = 0;
  std::size_t deviations = 0;
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const bool in_header = i % message_size < voice::packet_overhead_bytes;
    if (!in_header) {
      const std::int16_t input = pcm[sample++];
      if (ours[i] == theirs[i]) continue;
      const bool documented =
          theirs[i] == sun[static_cast<std::size_t>(input + 32768)] && input < 0;
      documented ? ++deviations : ++wrong;
    } else if (ours[i] != theirs[i]) {
      ++wrong;
    }
  }
  CHECK(wrong == 0);
  CHECK(deviations < ours.size() / 20);
}
