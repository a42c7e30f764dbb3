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
    : kernels_(kernels), samples_max_(samples_max) {
  bus_.sums.resize(whole_blocks(samples_max));
  bus_.total.resize(whole_blocks(samples_max));
}

void Mixer::begin(std::size_t samples) noexcept {
  VOICE_ASSERT(samples <= samples_max_);
  samples_ = samples;
  std::fill_n(bus_.sums.begin(), whole_blocks(samples), 0);
}

void Mixer::add(std::span<const voice::Bytes> frames,
                std::span<std::int64_t> square_sums) noexcept {
  VOICE_ASSERT(!frames.empty() && frames.size() <= mix_group_frames);
  VOICE_ASSERT(square_sums.size() == frames.size());
  for (const voice::Bytes frame : frames) VOICE_ASSERT(frame.size() == samples_);
  kernels_.add(frames, bus_, square_sums);
}

void Mixer::finish() noexcept {
  kernels_.settle(bus_, samples_);
}

void Mixer::mix(std::span<std::uint8_t> out) const noexcept {
  VOICE_ASSERT(out.size() == samples_);
  kernels_.mix(bus_, out);
}

void Mixer::mix_minus(voice::Bytes own, std::span<std::uint8_t> out) const noexcept {
  VOICE_ASSERT(own.size() == samples_ && out.size() == samples_);
  kernels_.mix_minus(bus_, own, out);
}

}  // namespace voiced
