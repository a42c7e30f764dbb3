#include "server/room/natural_bus.hpp"

#include "common/audio/g711.hpp"
#include "common/audio/level.hpp"
#include "common/core/assert.hpp"
#include "common/core/vector_clones.hpp"
#include "server/room/limiter.hpp"

#include <algorithm>
#include <array>

namespace voiced::natural_bus {
namespace {

// Short enough for the L1 cache, long enough that a call for each costs little.
constexpr std::size_t chunk_samples = 256;
using Chunk = std::array<std::int16_t, chunk_samples>;

std::int16_t clamp(std::int32_t sum) noexcept {
  return static_cast<std::int16_t>(std::clamp(sum, -32768, 32767));
}

std::int32_t magnitude(std::int32_t sum) noexcept {
  return sum < 0 ? -sum : sum;
}

VOICE_VECTOR_CLONES
void widen_range(std::span<const std::int16_t> pcm, std::int16_t* lows,
                 std::int16_t* highs) noexcept {
  for (std::size_t i = 0; i < pcm.size(); ++i) {
    lows[i] = std::min(lows[i], pcm[i]);
    highs[i] = std::max(highs[i], pcm[i]);
  }
}

VOICE_VECTOR_CLONES
void add_to_sums(std::span<const std::int16_t> pcm, std::int32_t* sums) noexcept {
  for (std::size_t i = 0; i < pcm.size(); ++i) sums[i] += pcm[i];
}

VOICE_VECTOR_CLONES
void subtract_from_sums(std::span<const std::int16_t> pcm, std::int32_t* sums) noexcept {
  for (std::size_t i = 0; i < pcm.size(); ++i) sums[i] -= pcm[i];
}

VOICE_VECTOR_CLONES
void take_off_sums(const std::int32_t* sums, std::span<std::int16_t> pcm) noexcept {
  for (std::size_t i = 0; i < pcm.size(); ++i) pcm[i] = clamp(sums[i] - pcm[i]);
}

// Needs 64 bits: a sum of thousands of samples, times a gain. An arithmetic shift rounds down.
VOICE_VECTOR_CLONES
void take_off_limited(const std::int32_t* sums, const std::int32_t* gains,
                      std::span<std::int16_t> pcm) noexcept {
  for (std::size_t i = 0; i < pcm.size(); ++i) {
    const std::int64_t product = std::int64_t{sums[i] - pcm[i]} * gains[i];
    pcm[i] = clamp(static_cast<std::int32_t>(product >> Limiter::unity_bits));
  }
}

// The samples of `frame` from `at` on; zeros of an empty one.
void load(const voice::Frame& frame, std::size_t at, std::span<std::int16_t> pcm) noexcept {
  if (!frame.ulaw.empty()) {
    voice::g711::decode(frame.ulaw.subspan(at, pcm.size()), pcm);
  } else if (!frame.pcm.empty()) {
    std::copy_n(frame.pcm.begin() + static_cast<std::ptrdiff_t>(at), pcm.size(), pcm.begin());
  } else {
    std::fill(pcm.begin(), pcm.end(), std::int16_t{0});
  }
}

void check(const voice::Frame& frame, std::size_t samples) noexcept {
  VOICE_ASSERT(frame.is_one_kind());
  VOICE_ASSERT(frame.empty() || frame.samples() == samples);
}

}  // namespace

std::int64_t add(const voice::Frame& frame, std::span<std::int32_t> sums) noexcept {
  check(frame, sums.size());
  Chunk chunk;
  std::int64_t square_sum = 0;
  for (std::size_t at = 0; at < sums.size(); at += chunk_samples) {
    const auto pcm = std::span{chunk}.first(std::min(sums.size() - at, chunk_samples));
    load(frame, at, pcm);
    add_to_sums(pcm, &sums[at]);
    square_sum += voice::square_sum(pcm);
  }
  return square_sum;
}

void subtract(const voice::Frame& frame, std::span<std::int32_t> sums) noexcept {
  check(frame, sums.size());
  Chunk chunk;
  for (std::size_t at = 0; at < sums.size(); at += chunk_samples) {
    const auto pcm = std::span{chunk}.first(std::min(sums.size() - at, chunk_samples));
    load(frame, at, pcm);
    subtract_from_sums(pcm, &sums[at]);
  }
}

void mix_minus(std::span<const std::int32_t> sums, const voice::Frame& own,
               std::span<std::int16_t> out, std::span<const std::int32_t> gains) noexcept {
  check(own, sums.size());
  VOICE_ASSERT(out.size() == sums.size());
  VOICE_ASSERT(gains.empty() || gains.size() == sums.size());
  load(own, 0, out);
  if (gains.empty()) return take_off_sums(sums.data(), out);
  take_off_limited(sums.data(), gains.data(), out);
}

void mix_minus(std::span<const std::int32_t> sums, const voice::Frame& own,
               std::span<std::uint8_t> out, std::span<const std::int32_t> gains) noexcept {
  check(own, sums.size());
  VOICE_ASSERT(out.size() == sums.size());
  VOICE_ASSERT(gains.empty() || gains.size() == sums.size());
  Chunk chunk;
  for (std::size_t at = 0; at < out.size(); at += chunk_samples) {
    const auto pcm = std::span{chunk}.first(std::min(out.size() - at, chunk_samples));
    load(own, at, pcm);
    if (gains.empty()) {
      take_off_sums(&sums[at], pcm);
    } else {
      take_off_limited(&sums[at], &gains[at], pcm);
    }
    voice::g711::encode(pcm, out.subspan(at, pcm.size()));
  }
}

VOICE_VECTOR_CLONES
std::int32_t peak(std::span<const std::int32_t> sums) noexcept {
  std::int32_t most = 0;
  for (const std::int32_t sum : sums) most = std::max(most, magnitude(sum));
  return most;
}

void measure(const voice::Frame& frame, std::span<std::int16_t> lows,
             std::span<std::int16_t> highs) noexcept {
  check(frame, lows.size());
  VOICE_ASSERT(highs.size() == lows.size());
  Chunk chunk;
  for (std::size_t at = 0; at < lows.size(); at += chunk_samples) {
    const auto pcm = std::span{chunk}.first(std::min(lows.size() - at, chunk_samples));
    load(frame, at, pcm);
    widen_range(pcm, &lows[at], &highs[at]);
  }
}

VOICE_VECTOR_CLONES
void envelope(std::span<const std::int32_t> sums, std::span<const std::int16_t> lows,
              std::span<const std::int16_t> highs, std::span<std::int32_t> out) noexcept {
  VOICE_ASSERT(out.size() == sums.size());
  VOICE_ASSERT(lows.size() >= sums.size() && highs.size() >= sums.size());
  for (std::size_t i = 0; i < sums.size(); ++i) {
    out[i] = std::max(magnitude(sums[i] - lows[i]), magnitude(sums[i] - highs[i]));
  }
}

}  // namespace voiced::natural_bus
