#include "common/audio/g711.hpp"
#include "common/audio/level.hpp"
#include "common/core/vector_clones.hpp"
#include "server/conference/mix_kernels.hpp"

#include <algorithm>
#include <array>

namespace voiced {
namespace {

// Short enough for the first cache, long enough that a call for each does not show.
constexpr std::size_t chunk_samples = 8 * mix_block_samples;
using Chunk = std::array<std::int16_t, chunk_samples>;

std::int16_t clamp(std::int32_t sum) noexcept {
  return static_cast<std::int16_t>(std::clamp(sum, -32768, 32767));
}

VOICE_VECTOR_CLONES
void add_to_sums(std::span<const std::int16_t> pcm, std::int32_t* sums) noexcept {
  for (std::size_t i = 0; i < pcm.size(); ++i) sums[i] += pcm[i];
}

VOICE_VECTOR_CLONES
void take_off_sums(const std::int32_t* sums, std::span<std::int16_t> pcm) noexcept {
  for (std::size_t i = 0; i < pcm.size(); ++i) pcm[i] = clamp(sums[i] - pcm[i]);
}

std::int64_t add_frame(voice::Bytes ulaw, std::int32_t* sums) noexcept {
  Chunk chunk;
  std::int64_t square_sum = 0;
  for (; !ulaw.empty(); ulaw = ulaw.subspan(std::min(ulaw.size(), chunk_samples))) {
    const auto pcm = std::span{chunk}.first(std::min(ulaw.size(), chunk_samples));
    voice::g711::decode(ulaw.first(pcm.size()), pcm);
    add_to_sums(pcm, sums);
    square_sum += voice::square_sum(pcm);
    sums += pcm.size();
  }
  return square_sum;
}

void add(std::span<const voice::Bytes> frames, MixBus& bus,
         std::span<std::int64_t> square_sums) noexcept {
  for (std::size_t i = 0; i < frames.size(); ++i) {
    square_sums[i] = add_frame(frames[i], bus.sums.data());
  }
}

// Mixes are made of the sums as they are.
void settle(MixBus& /*bus*/, std::size_t /*samples*/) noexcept {}

void mix_minus(const MixBus& bus, voice::Bytes own, std::span<std::uint8_t> out) noexcept {
  Chunk chunk;
  for (std::size_t at = 0; at < out.size(); at += chunk_samples) {
    const auto pcm = std::span{chunk}.first(std::min(out.size() - at, chunk_samples));
    voice::g711::decode(own.subspan(at, pcm.size()), pcm);
    take_off_sums(&bus.sums[at], pcm);
    voice::g711::encode(pcm, out.subspan(at, pcm.size()));
  }
}

void mix(const MixBus& bus, std::span<std::uint8_t> out) noexcept {
  Chunk chunk;
  for (std::size_t at = 0; at < out.size(); at += chunk_samples) {
    const auto pcm = std::span{chunk}.first(std::min(out.size() - at, chunk_samples));
    std::fill(pcm.begin(), pcm.end(), std::int16_t{0});
    take_off_sums(&bus.sums[at], pcm);
    voice::g711::encode(pcm, out.subspan(at, pcm.size()));
  }
}

constexpr MixKernels kernels{"portable", add, settle, mix, mix_minus};

}  // namespace

const MixKernels& portable_mix_kernels() noexcept {
  return kernels;
}

const MixKernels& best_mix_kernels() noexcept {
  const MixKernels* const avx2 = avx2_mix_kernels();
  return avx2 != nullptr ? *avx2 : kernels;
}

}  // namespace voiced
