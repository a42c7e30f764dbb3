// The mixer's loops for AVX2, 32 codes at a time. What the portable loops do in six passes over
// 32-bit lanes is done in one over 8-bit and 16-bit lanes, with tables of 16 bytes that live in
// registers. Two liberties are taken with the bus, which nobody else reads. It keeps the order that
// unpacking leaves, because packing undoes it: nothing is ever put back in line. And it holds
// 14-bit samples: what a code decodes to is a multiple of four, and G.711 encodes nothing finer.
#include "server/conference/mix_kernels.hpp"

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))

#include "common/audio/g711.hpp"

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <cstring>

#define VOICE_AVX2 __attribute__((target("avx2")))
#define VOICE_AVX2_INLINE __attribute__((target("avx2"), always_inline)) inline

namespace voiced {
namespace {

// One block as 16-bit lanes: the bytes 0…7 and 16…23 of it, then 8…15 and 24…31.
struct Pcm {
  __m256i low, high;
};

// One block on the bus, 32-bit lanes in the order that unpacking leaves.
struct Sum {
  __m256i lane[4];
};

VOICE_AVX2_INLINE __m256i table(std::array<std::uint8_t, 16> bytes) noexcept {
  __m128i half;
  std::memcpy(&half, bytes.data(), sizeof half);
  return _mm256_broadcastsi128_si256(half);
}

VOICE_AVX2_INLINE __m256i low_nibbles(__m256i bytes) noexcept {
  return _mm256_and_si256(bytes, _mm256_set1_epi8(0x0F));
}

VOICE_AVX2_INLINE __m256i high_nibbles(__m256i bytes) noexcept {
  return low_nibbles(_mm256_srli_epi16(bytes, 4));
}

// ITU-T G.711: (33 + 2 · interval) · 2^segment - 33.
VOICE_AVX2_INLINE __m256i magnitude(__m256i mantissa, __m256i power) noexcept {
  const __m256i product = _mm256_maddubs_epi16(power, mantissa);
  return _mm256_sub_epi16(product, _mm256_set1_epi16(33));
}

VOICE_AVX2_INLINE Pcm decode(__m256i codes) noexcept {
  const __m256i zero = _mm256_setzero_si256();
  const __m256i inverted = _mm256_xor_si256(codes, _mm256_set1_epi8(-1));
  const __m256i segment = _mm256_and_si256(_mm256_srli_epi16(inverted, 4), _mm256_set1_epi8(0x07));
  const __m256i power =
      _mm256_shuffle_epi8(table({1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0}), segment);
  const __m256i mantissa =
      _mm256_shuffle_epi8(table({33, 35, 37, 39, 41, 43, 45, 47, 49, 51, 53, 55, 57, 59, 61, 63}),
                          low_nibbles(inverted));
  // The sign bit goes to the top of its lane; where nothing else is set the magnitude is zero.
  return {_mm256_sign_epi16(
              magnitude(_mm256_unpacklo_epi8(mantissa, zero), _mm256_unpacklo_epi8(power, zero)),
              _mm256_unpacklo_epi8(zero, inverted)),
          _mm256_sign_epi16(
              magnitude(_mm256_unpackhi_epi8(mantissa, zero), _mm256_unpackhi_epi8(power, zero)),
              _mm256_unpackhi_epi8(zero, inverted))};
}

VOICE_AVX2_INLINE Sum widen(const Pcm& pcm) noexcept {
  const __m256i low_sign = _mm256_srai_epi16(pcm.low, 15);
  const __m256i high_sign = _mm256_srai_epi16(pcm.high, 15);
  return {{_mm256_unpacklo_epi16(pcm.low, low_sign), _mm256_unpackhi_epi16(pcm.low, low_sign),
           _mm256_unpacklo_epi16(pcm.high, high_sign), _mm256_unpackhi_epi16(pcm.high, high_sign)}};
}

VOICE_AVX2_INLINE Sum load(const std::int32_t* bus) noexcept {
  Sum sum;
  for (int i = 0; i < 4; ++i)
    sum.lane[i] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bus + 8 * i));
  return sum;
}

VOICE_AVX2_INLINE void add_to(std::int32_t* bus, const Sum& sum) noexcept {
  for (int i = 0; i < 4; ++i) {
    auto* const at = reinterpret_cast<__m256i*>(bus + 8 * i);
    _mm256_storeu_si256(at, _mm256_add_epi32(_mm256_loadu_si256(at), sum.lane[i]));
  }
}

// Packing saturates to int16, far above the largest magnitude that has a code: the clamp at the
// door out is the one in biased_magnitude().
VOICE_AVX2_INLINE Pcm narrow(const Sum& sum) noexcept {
  return {_mm256_packs_epi32(sum.lane[0], sum.lane[1]),
          _mm256_packs_epi32(sum.lane[2], sum.lane[3])};
}

// ITU-T G.191 ulaw_compress up to the biased magnitude: 33…8191.
VOICE_AVX2_INLINE __m256i biased_magnitude(__m256i pcm) noexcept {
  const __m256i folded = _mm256_xor_si256(pcm, _mm256_srai_epi16(pcm, 15));
  return _mm256_min_epi16(_mm256_adds_epi16(folded, _mm256_set1_epi16(33)),
                          _mm256_set1_epi16(8191));
}

// What the magnitude without its five lowest bits, a byte, says of the segment: the larger of what
// its two nibbles say, of the shift to the right (as a power of two) the smaller.
struct Segment {
  __m256i times_16;  // 16 · segment
  __m256i power;     // 2^(7 - segment)
};

VOICE_AVX2_INLINE Segment segment_of(__m256i bytes) noexcept {
  const __m256i low = low_nibbles(bytes);
  const __m256i high = high_nibbles(bytes);
  const __m256i from_low = _mm256_shuffle_epi8(
      table({0, 0, 16, 16, 32, 32, 32, 32, 48, 48, 48, 48, 48, 48, 48, 48}), low);
  const __m256i from_high = _mm256_shuffle_epi8(
      table({0, 64, 80, 80, 96, 96, 96, 96, 112, 112, 112, 112, 112, 112, 112, 112}), high);
  const __m256i power_low = _mm256_shuffle_epi8(
      table({128, 128, 64, 64, 32, 32, 32, 32, 16, 16, 16, 16, 16, 16, 16, 16}), low);
  const __m256i power_high =
      _mm256_shuffle_epi8(table({128, 8, 4, 4, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1}), high);
  return {_mm256_max_epu8(from_low, from_high), _mm256_min_epu8(power_low, power_high)};
}

VOICE_AVX2_INLINE __m256i encode(const Pcm& pcm) noexcept {
  const __m256i zero = _mm256_setzero_si256();
  const __m256i low = biased_magnitude(pcm.low);
  const __m256i high = biased_magnitude(pcm.high);
  const Segment segment =
      segment_of(_mm256_packus_epi16(_mm256_srli_epi16(low, 5), _mm256_srli_epi16(high, 5)));
  // Times 2^(15 - segment), upper half: a shift to the right by segment + 1, which leaves
  // 16 + interval.
  const __m256i interval =
      _mm256_packus_epi16(_mm256_mulhi_epu16(low, _mm256_unpacklo_epi8(zero, segment.power)),
                          _mm256_mulhi_epu16(high, _mm256_unpackhi_epi8(zero, segment.power)));
  const __m256i sign =
      _mm256_and_si256(_mm256_packs_epi16(pcm.low, pcm.high), _mm256_set1_epi8(-128));
  // All bits leave inverted: 255 - (16 · segment + interval), in bytes that wrap.
  const __m256i inverted =
      _mm256_sub_epi8(_mm256_set1_epi8(15), _mm256_add_epi8(segment.times_16, interval));
  return _mm256_xor_si256(inverted, sign);
}

VOICE_AVX2_INLINE __m256i load_codes(const std::uint8_t* at) noexcept {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
}

// The block after the last whole one: silence follows the codes, which adds nothing.
VOICE_AVX2_INLINE __m256i load_tail(voice::Bytes tail) noexcept {
  std::array<std::uint8_t, mix_block_samples> block;
  block.fill(voice::g711::silence);
  std::copy(tail.begin(), tail.end(), block.begin());
  return load_codes(block.data());
}

VOICE_AVX2_INLINE void store_tail(__m256i codes, std::span<std::uint8_t> tail) noexcept {
  std::array<std::uint8_t, mix_block_samples> block;
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(block.data()), codes);
  std::copy_n(block.begin(), tail.size(), tail.begin());
}

// Squares of 14-bit samples, four to a lane: below 2^28.
VOICE_AVX2_INLINE __m256i squares(const Pcm& pcm) noexcept {
  return _mm256_add_epi32(_mm256_madd_epi16(pcm.low, pcm.low),
                          _mm256_madd_epi16(pcm.high, pcm.high));
}

VOICE_AVX2_INLINE std::uint64_t horizontal_sum(__m256i lanes) noexcept {
  std::array<std::uint32_t, 8> values;
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(values.data()), lanes);
  std::uint64_t sum = 0;
  for (const std::uint32_t value : values) sum += value;
  return sum;
}

VOICE_AVX2_INLINE __m256i add_block(__m256i codes, std::int32_t* bus) noexcept {
  const Pcm pcm = decode(codes);
  add_to(bus, widen(pcm));
  return squares(pcm);
}

VOICE_AVX2 std::int64_t add(voice::Bytes ulaw, std::int32_t* bus) noexcept {
  // 8031 is the largest 14-bit sample: 15 blocks of four squares stay below 2^32.
  constexpr std::size_t run_samples = 15 * mix_block_samples;
  static_assert(15ULL * 4 * 8031 * 8031 <= UINT32_MAX);
  std::uint64_t square_sum = 0;
  while (!ulaw.empty()) {
    voice::Bytes run = ulaw.first(std::min(ulaw.size(), run_samples));
    ulaw = ulaw.subspan(run.size());
    __m256i lanes = _mm256_setzero_si256();
    for (; run.size() >= mix_block_samples; run = run.subspan(mix_block_samples)) {
      lanes = _mm256_add_epi32(lanes, add_block(load_codes(run.data()), bus));
      bus += mix_block_samples;
    }
    if (!run.empty()) lanes = _mm256_add_epi32(lanes, add_block(load_tail(run), bus));
    square_sum += horizontal_sum(lanes);
  }
  return static_cast<std::int64_t>(16 * square_sum);
}

VOICE_AVX2_INLINE __m256i mix_block(const std::int32_t* bus) noexcept {
  return encode(narrow(load(bus)));
}

VOICE_AVX2_INLINE __m256i mix_minus_block(const std::int32_t* bus, __m256i own) noexcept {
  Sum sum = load(bus);
  const Sum minus = widen(decode(own));
  for (int i = 0; i < 4; ++i) sum.lane[i] = _mm256_sub_epi32(sum.lane[i], minus.lane[i]);
  return encode(narrow(sum));
}

VOICE_AVX2 void mix(const std::int32_t* bus, std::span<std::uint8_t> out) noexcept {
  std::size_t at = 0;
  for (; at + mix_block_samples <= out.size(); at += mix_block_samples)
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(&out[at]), mix_block(bus + at));
  if (at < out.size()) store_tail(mix_block(bus + at), out.subspan(at));
}

VOICE_AVX2 void mix_minus(const std::int32_t* bus, voice::Bytes own,
                          std::span<std::uint8_t> out) noexcept {
  std::size_t at = 0;
  for (; at + mix_block_samples <= out.size(); at += mix_block_samples) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(&out[at]),
                        mix_minus_block(bus + at, load_codes(&own[at])));
  }
  if (at < out.size())
    store_tail(mix_minus_block(bus + at, load_tail(own.subspan(at))), out.subspan(at));
}

constexpr MixKernels kernels{"avx2", add, mix, mix_minus};

}  // namespace

const MixKernels* avx2_mix_kernels() noexcept {
  static const bool known = __builtin_cpu_supports("avx2") != 0;
  return known ? &kernels : nullptr;
}

}  // namespace voiced

#else

namespace voiced {

const MixKernels* avx2_mix_kernels() noexcept {
  return nullptr;
}

}  // namespace voiced

#endif
