#include "server/room/mixer.hpp"

#include "common/core/assert.hpp"
#include "server/room/natural_bus.hpp"
#include "server/room/options.hpp"

#include <algorithm>

namespace voiced {
namespace {

std::size_t whole_blocks(std::size_t samples) noexcept {
  return (samples + mix_block_samples - 1) / mix_block_samples * mix_block_samples;
}

}  // namespace

Mixer::Mixer(std::size_t samples_max, const MixKernels& kernels)
    : kernels_(kernels), samples_max_(samples_max), natural_(samples_max) {
  bus_.sums.resize(whole_blocks(samples_max));
  bus_.total.resize(whole_blocks(samples_max));
}

// Hold at every tick.
void Mixer::invariants() const noexcept {
  VOICE_ASSERT(samples_ <= samples_max_);
  VOICE_ASSERT(added_ <= participants_max_limit);
  VOICE_ASSERT(!has_pcm_ || added_ != 0);
}

void Mixer::begin(std::size_t samples) noexcept {
  samples_ = samples;
  added_ = 0;
  has_pcm_ = false;
  is_natural_ = false;
  invariants();
  std::fill_n(bus_.sums.begin(), whole_blocks(samples), 0);
}

void Mixer::add(std::span<const voice::Bytes> frames,
                std::span<std::int64_t> square_sums) noexcept {
  VOICE_ASSERT(!frames.empty() && frames.size() <= mix_group_frames);
  VOICE_ASSERT(square_sums.size() == frames.size());
  for (const voice::Bytes frame : frames) VOICE_ASSERT(frame.size() == samples_);
  VOICE_ASSERT(!is_natural_);
  added_ += frames.size();
  kernels_.add(frames, bus_, square_sums);
}

std::int64_t Mixer::add(const voice::Frame& frame) noexcept {
  VOICE_ASSERT(frame.is_one_kind() && frame.samples() == samples_);
  VOICE_ASSERT(!is_natural_);
  if (frame.pcm.empty()) {
    std::int64_t square_sum = 0;
    add({&frame.ulaw, 1}, {&square_sum, 1});
    return square_sum;
  }
  if (!has_pcm_) std::fill_n(natural_.begin(), samples_, 0);
  has_pcm_ = true;
  ++added_;
  return natural_bus::add(frame, std::span{natural_}.first(samples_));
}

void Mixer::finish() noexcept {
  invariants();
  if (has_pcm_) {
    (void)bus();
  } else {
    kernels_.settle(bus_, samples_);
  }
}

std::span<const std::int32_t> Mixer::bus() noexcept {
  const auto sums = std::span{natural_}.first(samples_);
  if (!is_natural_) {
    if (!has_pcm_) std::fill(sums.begin(), sums.end(), 0);
    kernels_.add_to_natural(bus_, sums);
    is_natural_ = true;
  }
  return sums;
}

void Mixer::mix(std::span<std::uint8_t> out) const noexcept {
  VOICE_ASSERT(out.size() == samples_);
  if (!has_pcm_) return kernels_.mix(bus_, out);
  natural_bus::mix_minus(std::span{natural_}.first(samples_), {}, out);
}

void Mixer::mix_minus(const voice::Frame& own, std::span<std::uint8_t> out) const noexcept {
  VOICE_ASSERT(out.size() == samples_);
  if (!has_pcm_) {
    VOICE_ASSERT(own.ulaw.size() == samples_);
    return kernels_.mix_minus(bus_, own.ulaw, out);
  }
  natural_bus::mix_minus(std::span{natural_}.first(samples_), own, out);
}

void Mixer::mix_minus(const voice::Frame& own, std::span<std::int16_t> out) noexcept {
  natural_bus::mix_minus(bus(), own, out);
}

}  // namespace voiced
