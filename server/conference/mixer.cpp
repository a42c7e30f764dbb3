#include "server/conference/mixer.hpp"

#include "common/core/assert.hpp"

#include <algorithm>

namespace voiced {
namespace {

std::size_t whole_blocks(std::size_t samples) noexcept {
  return (samples + mix_block_samples - 1) / mix_block_samples * mix_block_samples;
}

}  // namespace

Mixer::Mixer(std::size_t samples_max, const MixKernels& kernels)
    : kernels_(kernels), samples_max_(samples_max), bus_(whole_blocks(samples_max)) {}

void Mixer::begin(std::size_t samples) noexcept {
  VOICE_ASSERT(samples <= samples_max_);
  samples_ = samples;
  std::fill_n(bus_.begin(), whole_blocks(samples), 0);
}

std::int64_t Mixer::add(voice::Bytes ulaw) noexcept {
  VOICE_ASSERT(ulaw.size() == samples_);
  return kernels_.add(ulaw, bus_.data());
}

void Mixer::mix(std::span<std::uint8_t> out) const noexcept {
  VOICE_ASSERT(out.size() == samples_);
  kernels_.mix(bus_.data(), out);
}

void Mixer::mix_minus(voice::Bytes own, std::span<std::uint8_t> out) const noexcept {
  VOICE_ASSERT(own.size() == samples_ && out.size() == samples_);
  kernels_.mix_minus(bus_.data(), own, out);
}

}  // namespace voiced
