#include "common/audio/g711.hpp"

#include "common/core/assert.hpp"
#include "common/core/vector_clones.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>

// µ-law is a tiny floating-point format: a sign, three bits of exponent (the segment) and four of
// mantissa (the interval). So an IEEE 754 float does the work that a table or a search for the top
// bit would do, and the loops have no branch, no table and no shift by a variable: GCC 12
// vectorises them at -O3, even for SSE2.
namespace voice::g711 {
namespace {

constexpr int float_mantissa_bits = 23;
constexpr int interval_bits = 4;
constexpr int interval_shift = float_mantissa_bits - interval_bits;
constexpr std::int32_t float_exponent_bias = 127;

// Encoding works on 14 bits: a bias of 33 puts the smallest magnitude at 2^5, the first segment,
// and the top of the range at 2^13 - 1, the end of the eighth.
constexpr std::int32_t bias_14_bits = 33;
constexpr std::int32_t magnitude_max_14_bits = (1 << 13) - 1;
constexpr std::int32_t first_segment = (float_exponent_bias + 5) << interval_bits;

// Decoding works on 16 bits: the first segment begins at 2^7 and intervals are met in their middle.
constexpr std::int32_t bias_16_bits = 4 * bias_14_bits;
constexpr std::int32_t first_segment_middle =
    ((float_exponent_bias + 7) << float_mantissa_bits) | (1 << (interval_shift - 1));

std::uint8_t encode_sample(std::int32_t x) noexcept {
  const std::int32_t sign = x >> 31;  // 0 or -1
  // ITU-T G.191 ulaw_compress: the one's complement, so that the curve is symmetric.
  const std::int32_t magnitude = (x ^ sign) >> 2;
  const std::int32_t biased = std::min(magnitude + bias_14_bits, magnitude_max_14_bits);
  const auto bits = std::bit_cast<std::int32_t>(static_cast<float>(biased));
  const std::int32_t segment_and_interval = (bits >> interval_shift) - first_segment;
  // All seven bits leave inverted; the sign bit is 1 for positive samples.
  return static_cast<std::uint8_t>((segment_and_interval ^ 0xFF) ^ (sign & 0x80));
}

std::int16_t decode_sample(std::int32_t code) noexcept {
  const std::int32_t segment_and_interval = ~code & 0x7F;
  const std::int32_t bits = (segment_and_interval << interval_shift) + first_segment_middle;
  const std::int32_t magnitude =
      static_cast<std::int32_t>(std::bit_cast<float>(bits)) - bias_16_bits;
  const std::int32_t sign = (code >> 7) - 1;  // 0 for positive samples, -1 for negative ones
  return static_cast<std::int16_t>((magnitude ^ sign) - sign);
}

}  // namespace

VOICE_VECTOR_CLONES
void encode(std::span<const std::int16_t> pcm, std::span<std::uint8_t> out) noexcept {
  VOICE_ASSERT(pcm.size() == out.size());
  for (std::size_t i = 0; i < pcm.size(); ++i) out[i] = encode_sample(pcm[i]);
}

VOICE_VECTOR_CLONES
void decode(std::span<const std::uint8_t> ulaw, std::span<std::int16_t> out) noexcept {
  VOICE_ASSERT(ulaw.size() == out.size());
  for (std::size_t i = 0; i < ulaw.size(); ++i) out[i] = decode_sample(ulaw[i]);
}

}  // namespace voice::g711
