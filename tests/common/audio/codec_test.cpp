#include "common/audio/codec.hpp"

#include "common/audio/l16.hpp"

#include "tests/support/catch.hpp"

#include <array>
#include <limits>
#include <vector>

using voice::CodecId;

namespace {

using Samples = std::vector<std::int16_t>;
using Payload = std::vector<std::uint8_t>;

Payload encoded(CodecId codec, const Samples& pcm) {
  Payload payload(2 * pcm.size() + 3, 0x55);
  payload.resize(voice::make_encoder(codec)->encode(pcm, payload));
  return payload;
}

Samples decoded(CodecId codec, const Payload& payload) {
  Samples pcm(payload.size() + 3, 0x55);
  pcm.resize(voice::make_decoder(codec)->decode(payload, pcm));
  return pcm;
}

}  // namespace

TEST_CASE("L16 sends the high byte of each sample first (RFC 3551 §4.5.11)", "[codec]") {
  const Samples pcm{0, 1, -1, 0x1234, -0x1234, 32767, -32768};
  const Payload wire{0x00, 0x00, 0x00, 0x01, 0xFF, 0xFF, 0x12,
                     0x34, 0xED, 0xCC, 0x7F, 0xFF, 0x80, 0x00};

  CHECK(encoded(CodecId::l16, pcm) == wire);
  CHECK(decoded(CodecId::l16, wire) == pcm);
}

TEST_CASE("L16 loses no sample", "[codec]") {
  Samples all;
  for (int sample = -32768; sample <= 32767; ++sample) {
    all.push_back(static_cast<std::int16_t>(sample));
  }

  CHECK(decoded(CodecId::l16, encoded(CodecId::l16, all)) == all);
}

TEST_CASE("PCMU is µ-law with the codes of ITU-T G.711", "[codec]") {
  CHECK(encoded(CodecId::pcmu, {0, 32124, -32124, 32767, -32768}) ==
        Payload{0xFF, 0x80, 0x00, 0x80, 0x00});
  CHECK(decoded(CodecId::pcmu, {0xFF, 0x7F, 0x80, 0x00}) == Samples{0, 0, 32124, -32124});
}

TEST_CASE("half a sample at the end of a payload is ignored", "[codec]") {
  CHECK(decoded(CodecId::l16, {0x01, 0x02, 0x03}) == Samples{0x0102});
  CHECK(decoded(CodecId::l16, {0x01}).empty());
}

TEST_CASE("a decoder writes no more than there is room for", "[codec]") {
  const auto codec = GENERATE(CodecId::pcmu, CodecId::l16);
  Samples room(3, 77);

  CHECK(voice::make_decoder(codec)->decode(Payload(100, 0x11), std::span{room}.first(2)) == 2);
  CHECK(room[2] == 77);
}

TEST_CASE("what is missing is silence, of any length", "[codec]") {
  const auto codec = GENERATE(CodecId::pcmu, CodecId::l16);
  Samples room(5, 77);

  CHECK(voice::make_decoder(codec)->conceal(room) == 5);
  CHECK(room == Samples(5, 0));
}

TEST_CASE("a payload of a codec's silent bytes is silence", "[codec]") {
  const auto codec = GENERATE(CodecId::pcmu, CodecId::l16);
  const auto& info = voice::codec_info(codec);

  CHECK(decoded(codec, Payload(4 * info.sample_bytes, info.silence)) == Samples(4, 0));
}

TEST_CASE("a codec is found by the name it has, and by no other", "[codec]") {
  for (std::size_t i = 0; i < voice::codec_count; ++i) {
    const auto codec = static_cast<CodecId>(i);
    CHECK(voice::codec_named(voice::codec_info(codec).name) == codec);
  }
  for (const char* const name : {"", "L16", "PCMU", "opus/48000", "l16 "}) {
    CHECK_FALSE(voice::codec_named(name));
  }
}

TEST_CASE("a list of codecs is a set of known names, and PCMU is always in it", "[codec]") {
  const auto two = voice::codecs_named("l16, pcmu");
  REQUIRE(two);
  CHECK(two->has(CodecId::l16));
  CHECK(two->has(CodecId::pcmu));
  CHECK_FALSE(two->has(CodecId::opus));
  CHECK(voice::codecs_named("opus")->has(CodecId::pcmu));
  CHECK(voice::codecs_named("pcmu,l16,opus") == voice::CodecSet::all());
  CHECK(voice::CodecSet{}.has(CodecId::pcmu));
  for (const char* const list : {"", ",", "opus,", "l16;opus", "OPUS", "l16 opus", "pcmu,g722"}) {
    INFO(list);
    CHECK_FALSE(voice::codecs_named(list));
  }
}

TEST_CASE("payload types are PCMU's own and those RFC 3551 leaves to applications", "[codec]") {
  CHECK(voice::codec_info(CodecId::pcmu).payload_type == 0);
  for (const CodecId codec : {CodecId::l16, CodecId::opus}) {
    CHECK(voice::codec_info(codec).payload_type >= 96);
    CHECK(voice::codec_info(codec).payload_type <= 127);
  }
  CHECK(voice::codec_info(CodecId::l16).payload_type !=
        voice::codec_info(CodecId::opus).payload_type);
}
