// The mixer's loops for AVX2, 32 codes at a time. What the portable loops do in many passes over
// 32-bit lanes is done in one pass over 8-bit and 16-bit lanes, with 16-byte tables in registers.
// The bus stays in the order that unpacking leaves, because packing undoes it: samples are never
// put back in order. It holds 14-bit samples, because decoded codes are multiples of four, and
// G.711 encodes nothing finer. So frames are added four at a time in 16-bit lanes. A listener's own
// frame is also subtracted there, from a total clamped to int16: that is four times the range of
// the codes, so that a mix that must be clamped in the end still is.
#include "server/room/mix_kernels.hpp"

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

// One block of sums, 32-bit lanes in the order that unpacking leaves.
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

// ITU-T G.711: ±(33 + 2 · interval) · 2^segment ∓ 33, both products and their sum in one go.
VOICE_AVX2_INLINE Pcm decode(__m256i codes) noexcept {
  const __m256i one = _mm256_set1_epi8(1);
  const __m256i inverted = _mm256_xor_si256(codes, _mm256_set1_epi8(-1));
  const __m256i segment = _mm256_and_si256(_mm256_srli_epi16(inverted, 4), _mm256_set1_epi8(0x07));
  const __m256i power =
      _mm256_shuffle_epi8(table({1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0}), segment);
  const __m256i magnitude =
      _mm256_shuffle_epi8(table({33, 35, 37, 39, 41, 43, 45, 47, 49, 51, 53, 55, 57, 59, 61, 63}),
                          low_nibbles(inverted));
  // The sign is the top bit of a byte; where a byte is zero the sample is zero, too.
  const __m256i mantissa = _mm256_sign_epi8(magnitude, inverted);
  const __m256i bias = _mm256_sign_epi8(_mm256_set1_epi8(-33), inverted);
  return {
      _mm256_maddubs_epi16(_mm256_unpacklo_epi8(power, one), _mm256_unpacklo_epi8(mantissa, bias)),
      _mm256_maddubs_epi16(_mm256_unpackhi_epi8(power, one), _mm256_unpackhi_epi8(mantissa, bias))};
}

VOICE_AVX2_INLINE Sum widen(const Pcm& pcm) noexcept {
  const __m256i low_sign = _mm256_srai_epi16(pcm.low, 15);
  const __m256i high_sign = _mm256_srai_epi16(pcm.high, 15);
  return {{_mm256_unpacklo_epi16(pcm.low, low_sign), _mm256_unpackhi_epi16(pcm.low, low_sign),
           _mm256_unpacklo_epi16(pcm.high, high_sign), _mm256_unpackhi_epi16(pcm.high, high_sign)}};
}

VOICE_AVX2_INLINE void add_to(std::int32_t* sums, const Sum& sum) noexcept {
  for (int i = 0; i < 4; ++i) {
    auto* const at = reinterpret_cast<__m256i*>(sums + 8 * i);
    _mm256_storeu_si256(at, _mm256_add_epi32(_mm256_loadu_si256(at), sum.lane[i]));
  }
}

VOICE_AVX2_INLINE Pcm load_total(const std::int16_t* total) noexcept {
  return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(total)),
          _mm256_loadu_si256(reinterpret_cast<const __m256i*>(total + 16))};
}

// ITU-T G.191 ulaw_compress up to the biased magnitude, which may be too large for a code yet.
VOICE_AVX2_INLINE __m256i biased_magnitude(__m256i pcm) noexcept {
  const __m256i negative = _mm256_cmpgt_epi16(_mm256_setzero_si256(), pcm);
  return _mm256_adds_epi16(_mm256_xor_si256(pcm, negative), _mm256_set1_epi16(33));
}

// Takes the magnitude without its five lowest bits, in a byte that saturates. The segment is the
// larger of what the two nibbles give. Looking up a byte of 128 or more gives 0; there the high
// nibble alone decides.
VOICE_AVX2_INLINE __m256i segment_of(__m256i bytes) noexcept {
  return _mm256_max_epu8(
      _mm256_shuffle_epi8(table({0, 0, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3}), bytes),
      _mm256_shuffle_epi8(table({0, 4, 5, 5, 6, 6, 6, 6, 7, 7, 7, 7, 7, 7, 7, 7}),
                          high_nibbles(bytes)));
}

VOICE_AVX2_INLINE __m256i encode(const Pcm& pcm) noexcept {
  const __m256i zero = _mm256_setzero_si256();
  const __m256i low = biased_magnitude(pcm.low);
  const __m256i high = biased_magnitude(pcm.high);
  const __m256i segment =
      segment_of(_mm256_packus_epi16(_mm256_srli_epi16(low, 5), _mm256_srli_epi16(high, 5)));
  const __m256i power =
      _mm256_shuffle_epi8(table({128, 64, 32, 16, 8, 4, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0}), segment);
  // Times 2^(15 - segment), upper half: a shift to the right by segment + 1, which leaves
  // 16 + interval, or more than 31 where the magnitude is too large.
  const __m256i interval = _mm256_min_epu8(
      _mm256_packus_epi16(_mm256_mulhi_epu16(low, _mm256_unpacklo_epi8(zero, power)),
                          _mm256_mulhi_epu16(high, _mm256_unpackhi_epi8(zero, power))),
      _mm256_set1_epi8(31));
  // Codes have all bits inverted: 255 - (16 · segment + interval), in bytes that wrap.
  const __m256i base = _mm256_shuffle_epi8(
      table({15, 255, 239, 223, 207, 191, 175, 159, 0, 0, 0, 0, 0, 0, 0, 0}), segment);
  const __m256i sign =
      _mm256_and_si256(_mm256_packs_epi16(pcm.low, pcm.high), _mm256_set1_epi8(-128));
  return _mm256_xor_si256(_mm256_sub_epi8(base, interval), sign);
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

// One block of each frame, in 16-bit lanes until all are added: 4 · 8031 still fits.
template <std::size_t frames>
VOICE_AVX2_INLINE void add_blocks(const __m256i (&codes)[frames], std::int32_t* sums,
                                  __m256i (&lanes)[frames]) noexcept {
  static_assert(frames * 8031 <= INT16_MAX);
  Pcm all = decode(codes[0]);
  lanes[0] = _mm256_add_epi32(lanes[0], squares(all));
  for (std::size_t i = 1; i < frames; ++i) {
    const Pcm pcm = decode(codes[i]);
    lanes[i] = _mm256_add_epi32(lanes[i], squares(pcm));
    all = {_mm256_add_epi16(all.low, pcm.low), _mm256_add_epi16(all.high, pcm.high)};
  }
  add_to(sums, widen(all));
}

template <std::size_t frames>
VOICE_AVX2 void add_group(const voice::Bytes* ulaw, std::int32_t* sums,
                          std::int64_t* square_sums) noexcept {
  // 8031 is the largest 14-bit sample: 15 blocks of four squares stay below 2^32.
  constexpr std::size_t run_samples = 15 * mix_block_samples;
  static_assert(15ULL * 4 * 8031 * 8031 <= UINT32_MAX);
  const std::size_t samples = ulaw[0].size();
  __m256i codes[frames];
  std::fill_n(square_sums, frames, 0);
  for (std::size_t at = 0; at < samples;) {
    const std::size_t end = std::min(samples, at + run_samples);
    __m256i lanes[frames];
    std::fill_n(lanes, frames, _mm256_setzero_si256());
    for (; at + mix_block_samples <= end; at += mix_block_samples) {
      for (std::size_t i = 0; i < frames; ++i) codes[i] = load_codes(&ulaw[i][at]);
      add_blocks(codes, sums + at, lanes);
    }
    if (at < end) {
      for (std::size_t i = 0; i < frames; ++i) codes[i] = load_tail(ulaw[i].subspan(at));
      add_blocks(codes, sums + at, lanes);
      at = end;
    }
    for (std::size_t i = 0; i < frames; ++i) {
      square_sums[i] += static_cast<std::int64_t>(16 * horizontal_sum(lanes[i]));
    }
  }
}

void add(std::span<const voice::Bytes> frames, MixBus& bus,
         std::span<std::int64_t> square_sums) noexcept {
  static_assert(mix_group_frames == 4);
  constexpr std::array groups{add_group<1>, add_group<2>, add_group<3>, add_group<4>};
  groups[frames.size() - 1](frames.data(), bus.sums.data(), square_sums.data());
}

VOICE_AVX2_INLINE std::int32_t horizontal_max(__m256i lanes) noexcept {
  std::array<std::uint16_t, 16> values;
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(values.data()), lanes);
  return *std::max_element(values.begin(), values.end());
}

// The peak is that of the clamped total, so it is at most four times what 16 bits hold.
VOICE_AVX2 std::int32_t settle(MixBus& bus, std::size_t samples) noexcept {
  __m256i peak = _mm256_setzero_si256();
  for (std::size_t at = 0; at < samples; at += mix_block_samples) {
    const auto* const sums = reinterpret_cast<const __m256i*>(&bus.sums[at]);
    auto* const total = reinterpret_cast<__m256i*>(&bus.total[at]);
    for (int i = 0; i < 2; ++i) {
      const __m256i half = _mm256_packs_epi32(_mm256_loadu_si256(sums + 2 * i),
                                              _mm256_loadu_si256(sums + 2 * i + 1));
      _mm256_storeu_si256(total + i, half);
      // -32768 stays as it is, and is 32768 to the unsigned maximum.
      peak = _mm256_max_epu16(peak, _mm256_abs_epi16(half));
    }
  }
  return 4 * horizontal_max(peak);
}

VOICE_AVX2_INLINE __m256i mix_minus_block(const std::int16_t* total, __m256i own) noexcept {
  const Pcm all = load_total(total);
  const Pcm minus = decode(own);
  return encode({_mm256_subs_epi16(all.low, minus.low), _mm256_subs_epi16(all.high, minus.high)});
}

VOICE_AVX2 void mix(const MixBus& bus, std::span<std::uint8_t> out) noexcept {
  const std::int16_t* const total = bus.total.data();
  std::size_t at = 0;
  for (; at + mix_block_samples <= out.size(); at += mix_block_samples)
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(&out[at]), encode(load_total(total + at)));
  if (at < out.size()) store_tail(encode(load_total(total + at)), out.subspan(at));
}

VOICE_AVX2 void mix_minus(const MixBus& bus, voice::Bytes own,
                          std::span<std::uint8_t> out) noexcept {
  const std::int16_t* const total = bus.total.data();
  std::size_t at = 0;
  for (; at + mix_block_samples <= out.size(); at += mix_block_samples) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(&out[at]),
                        mix_minus_block(total + at, load_codes(&own[at])));
  }
  if (at < out.size())
    store_tail(mix_minus_block(total + at, load_tail(own.subspan(at))), out.subspan(at));
}

// Undoes the order that unpacking leaves: of each 128-bit half of a block, four samples to a lane.
std::size_t place_of(std::size_t i) noexcept {
  const std::size_t in_block = i % mix_block_samples;
  const std::size_t half = in_block / 16;
  const std::size_t lane = in_block % 16 / 4;
  return i - in_block + 8 * lane + 4 * half + i % 4;
}

void add_to_natural(const MixBus& bus, std::span<std::int32_t> sums) noexcept {
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += 4 * bus.sums[place_of(i)];
}

VOICE_AVX2_INLINE void widen_range(std::int16_t* low, std::int16_t* high, const Pcm& pcm) noexcept {
  auto* const lows = reinterpret_cast<__m256i*>(low);
  auto* const highs = reinterpret_cast<__m256i*>(high);
  const Pcm l = load_total(low);
  const Pcm h = load_total(high);
  _mm256_storeu_si256(lows, _mm256_min_epi16(l.low, pcm.low));
  _mm256_storeu_si256(lows + 1, _mm256_min_epi16(l.high, pcm.high));
  _mm256_storeu_si256(highs, _mm256_max_epi16(h.low, pcm.low));
  _mm256_storeu_si256(highs + 1, _mm256_max_epi16(h.high, pcm.high));
}

VOICE_AVX2 void measure(voice::Bytes own, MixBus& bus) noexcept {
  std::size_t at = 0;
  for (; at + mix_block_samples <= own.size(); at += mix_block_samples)
    widen_range(&bus.low[at], &bus.high[at], decode(load_codes(&own[at])));
  if (at < own.size()) widen_range(&bus.low[at], &bus.high[at], decode(load_tail(own.subspan(at))));
}

VOICE_AVX2 void envelope(const MixBus& bus, std::span<std::int32_t> out) noexcept {
  std::array<std::int32_t, mix_block_samples> block;
  for (std::size_t at = 0; at < out.size(); at += mix_block_samples) {
    const Sum low = widen(load_total(&bus.low[at]));
    const Sum high = widen(load_total(&bus.high[at]));
    for (int i = 0; i < 4; ++i) {
      const __m256i sum = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(&bus.sums[at]) + i);
      const __m256i most = _mm256_max_epi32(_mm256_abs_epi32(_mm256_sub_epi32(sum, low.lane[i])),
                                            _mm256_abs_epi32(_mm256_sub_epi32(sum, high.lane[i])));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(block.data()) + i, most);
    }
    const std::size_t end = std::min(out.size() - at, mix_block_samples);
    for (std::size_t i = 0; i < end; ++i) out[at + i] = 4 * block[place_of(i)];
  }
}

void set_gains(MixBus& bus, std::span<const std::int32_t> gains) noexcept {
  for (std::size_t i = 0; i < gains.size(); ++i) bus.gains[place_of(i)] = gains[i];
}

// sum · gain / 2^16, rounded down: products in 64 bits, of the even lanes and of the odd ones.
VOICE_AVX2_INLINE __m256i limited(__m256i sum, __m256i gain) noexcept {
  const __m256i even = _mm256_srli_epi64(_mm256_mul_epi32(sum, gain), 16);
  const __m256i odd = _mm256_slli_epi64(
      _mm256_mul_epi32(_mm256_srli_epi64(sum, 32), _mm256_srli_epi64(gain, 32)), 16);
  return _mm256_blend_epi32(even, odd, 0xAA);
}

// Rounding down at 14 bits gives the same codes as rounding down at 16 bits and encoding: a µ-law
// code does not contain the two lowest bits.
VOICE_AVX2_INLINE __m256i mix_limited_block(const std::int32_t* sums, const std::int32_t* gains,
                                            __m256i own) noexcept {
  const Sum minus = widen(decode(own));
  __m256i lane[4];
  for (int i = 0; i < 4; ++i) {
    const __m256i sum = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(sums) + i);
    const __m256i gain = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(gains) + i);
    lane[i] = limited(_mm256_sub_epi32(sum, minus.lane[i]), gain);
  }
  return encode({_mm256_packs_epi32(lane[0], lane[1]), _mm256_packs_epi32(lane[2], lane[3])});
}

VOICE_AVX2 void mix_limited(const MixBus& bus, voice::Bytes own,
                            std::span<std::uint8_t> out) noexcept {
  const __m256i silence = _mm256_set1_epi8(static_cast<char>(voice::g711::silence));
  const bool is_silent = own.empty();
  std::size_t at = 0;
  for (; at + mix_block_samples <= out.size(); at += mix_block_samples) {
    const __m256i codes = is_silent ? silence : load_codes(&own[at]);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(&out[at]),
                        mix_limited_block(&bus.sums[at], &bus.gains[at], codes));
  }
  if (at == out.size()) return;
  const __m256i codes = is_silent ? silence : load_tail(own.subspan(at));
  store_tail(mix_limited_block(&bus.sums[at], &bus.gains[at], codes), out.subspan(at));
}

constexpr MixKernels kernels{"avx2",         add,     settle,   mix,       mix_minus,
                             add_to_natural, measure, envelope, set_gains, mix_limited};

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
