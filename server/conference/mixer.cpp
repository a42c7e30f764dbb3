#include "server/conference/mixer.hpp"

#include "common/core/assert.hpp"
#include "common/core/vector_clones.hpp"

#include <algorithm>

namespace voiced {
namespace {

std::int16_t clamp(std::int32_t sum) noexcept {
  return static_cast<std::int16_t>(std::clamp(sum, -32768, 32767));
}

}  // namespace

void Mixer::begin(std::size_t samples) noexcept {
  VOICE_ASSERT(samples <= bus_.size());
  samples_ = samples;
  std::fill_n(bus_.begin(), samples, 0);
}

VOICE_VECTOR_CLONES
void Mixer::add(std::span<const std::int16_t> pcm) noexcept {
  VOICE_ASSERT(pcm.size() == samples_);
  std::int32_t* const bus = bus_.data();
  for (std::size_t i = 0; i < pcm.size(); ++i) bus[i] += pcm[i];
}

VOICE_VECTOR_CLONES
void Mixer::mix(std::span<std::int16_t> out) const noexcept {
  VOICE_ASSERT(out.size() == samples_);
  const std::int32_t* const bus = bus_.data();
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = clamp(bus[i]);
}

VOICE_VECTOR_CLONES
void Mixer::mix_minus(std::span<const std::int16_t> own,
                      std::span<std::int16_t> out) const noexcept {
  VOICE_ASSERT(own.size() == samples_ && out.size() == samples_);
  const std::int32_t* const bus = bus_.data();
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = clamp(bus[i] - own[i]);
}

}  // namespace voiced
