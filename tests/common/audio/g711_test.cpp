#include "common/audio/g711.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/vectors.hpp"

#include <cstdlib>
#include <vector>

using voice::test::read_vector;
using voice::test::samples_of;

namespace {

std::vector<std::int16_t> all_samples() {
  std::vector<std::int16_t> samples(65536);
  for (int i = 0; i < 65536; ++i) {
    samples[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(i - 32768);
  }
  return samples;
}

std::vector<std::uint8_t> all_codes() {
  std::vector<std::uint8_t> codes(256);
  for (int i = 0; i < 256; ++i) codes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(i);
  return codes;
}

std::vector<std::uint8_t> encoded(std::span<const std::int16_t> pcm) {
  std::vector<std::uint8_t> out(pcm.size());
  voice::g711::encode(pcm, out);
  return out;
}

std::vector<std::int16_t> decoded(std::span<const std::uint8_t> ulaw) {
  std::vector<std::int16_t> out(ulaw.size());
  voice::g711::decode(ulaw, out);
  return out;
}

}  // namespace

TEST_CASE("every sample encodes as in ITU-T G.191", "[g711]") {
  CHECK(encoded(all_samples()) == read_vector("ulaw_g191_encode_u8_index_x_plus_32768.bin"));
}

TEST_CASE("every code decodes as in ITU-T G.711", "[g711]") {
  CHECK(decoded(all_codes()) == samples_of(read_vector("ulaw_decode_table_s16le_256.bin")));
}

TEST_CASE("every code survives decoding and encoding, except for the negative zero", "[g711]") {
  auto expected = all_codes();
  expected[0x7F] = 0xFF;

  CHECK(encoded(decoded(all_codes())) == expected);
}

TEST_CASE("the known points of the curve are where the specification says", "[g711]") {
  struct Row {
    const char* what;
    std::int16_t sample;
    std::uint8_t code;
  };
  const auto row = GENERATE(values<Row>({{"silence", 0, 0xFF},
                                         {"last positive zero", 3, 0xFF},
                                         {"first positive step", 4, 0xFE},
                                         {"first negative zero", -1, 0x7F},
                                         {"last negative zero", -4, 0x7F},
                                         {"first negative step", -5, 0x7E},
                                         {"its end", -12, 0x7E},
                                         {"second negative step", -13, 0x7D},
                                         {"largest", 32767, 0x80},
                                         {"smallest", -32768, 0x00}}));
  INFO(row.what);
  CHECK(encoded(std::vector{row.sample})[0] == row.code);
}

TEST_CASE("the curve is symmetric, rises throughout and clips at full scale", "[g711]") {
  const auto samples = all_samples();
  const auto back = decoded(encoded(samples));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    // ~x mirrors x around the middle of the range: -1 ↔ 0, -32768 ↔ 32767.
    if (back[i] != -back[65535 - i]) FAIL("not symmetric at " << samples[i]);
    if (i != 0 && back[i] < back[i - 1]) FAIL("falls at " << samples[i]);
  }
  CHECK(back.front() == -voice::g711::full_scale);
  CHECK(back.back() == voice::g711::full_scale);
}

TEST_CASE("the error is at most half a step: one part in 32 of the sample and its bias", "[g711]") {
  const auto samples = all_samples();
  const auto back = decoded(encoded(samples));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const int magnitude = std::abs(int{samples[i]});
    if (magnitude > 32635) continue;  // beyond the top of the range: clips
    const int error = std::abs(int{back[i]} - int{samples[i]});
    // Steps are powers of two from 8 on; a segment's step is a sixteenth of its biased start.
    const int error_max = (magnitude + 4 + 132) / 32 + 1;
    if (error > error_max) FAIL("error " << error << " at " << samples[i]);
  }
  SUCCEED("all 65536 samples looked at");
}

TEST_CASE("every length at every alignment gives the same codes", "[g711]") {
  // Vector loops have a body and a tail: lengths around the vector's width exercise both.
  const auto samples = all_samples();
  const auto codes = encoded(samples);
  for (std::size_t start = 30'000; start < 30'017; ++start) {
    for (std::size_t length = 0; length < 70; ++length) {
      const auto pcm = std::span{samples}.subspan(start, length);
      const auto ulaw = std::span{codes}.subspan(start, length);
      const std::vector<std::uint8_t> expected(ulaw.begin(), ulaw.end());
      if (encoded(pcm) != expected) FAIL("encode at " << start << " of " << length);
      std::vector<std::int16_t> one_by_one;
      for (const auto& code : ulaw) one_by_one.push_back(decoded({&code, 1})[0]);
      if (decoded(ulaw) != one_by_one) FAIL("decode at " << start << " of " << length);
    }
  }
  SUCCEED("17 alignments of 70 lengths");
}

TEST_CASE("nothing outside the given room is written", "[g711]") {
  const std::vector<std::int16_t> pcm(33, 1000);
  std::vector<std::uint8_t> room(35, 0xA5);
  voice::g711::encode(pcm, std::span{room}.subspan(1, 33));
  CHECK(room.front() == 0xA5);
  CHECK(room.back() == 0xA5);

  std::vector<std::int16_t> wide_room(35, 77);
  voice::g711::decode(std::span{room}.subspan(1, 33), std::span{wide_room}.subspan(1, 33));
  CHECK(wide_room.front() == 77);
  CHECK(wide_room.back() == 77);
}
