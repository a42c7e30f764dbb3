#include "common/device/resampler.hpp"

#include "common/core/assert.hpp"

#include <speex/speex_resampler.h>

#include <algorithm>
#include <limits>
#include <new>

namespace voice {
namespace {

// Of 10. Measured between 5000, 8000, 11025, 22050, 44100 and 48000 Hz in all directions: a tone
// keeps 89 dB at 5 and above, which is all 16 bits can hold; 7 has the steeper filter, at 0.6 % of
// a core at most.
constexpr int quality_steep = 7;
constexpr int quality_gentle = 2;

}  // namespace

struct Resampler::Impl {
  SpeexResamplerState* speex = nullptr;  // none: the rates are equal
  ~Impl() {
    if (speex != nullptr) speex_resampler_destroy(speex);
  }
};

Resampler::Resampler(int from_hz, int to_hz, Filter filter) : impl_(std::make_unique<Impl>()) {
  VOICE_ASSERT(from_hz > 0);
  VOICE_ASSERT(to_hz > 0);
  if (from_hz == to_hz) return;
  int error = RESAMPLER_ERR_SUCCESS;
  const int quality = filter == Filter::steep ? quality_steep : quality_gentle;
  impl_->speex = speex_resampler_init(1, static_cast<spx_uint32_t>(from_hz),
                                      static_cast<spx_uint32_t>(to_hz), quality, &error);
  if (impl_->speex == nullptr) throw std::bad_alloc();
  speex_resampler_skip_zeros(impl_->speex);
}

Resampler::~Resampler() = default;
Resampler::Resampler(Resampler&&) noexcept = default;
Resampler& Resampler::operator=(Resampler&&) noexcept = default;

Resampler::Step Resampler::process(std::span<const std::int16_t> in, std::span<std::int16_t> out) {
  if (impl_->speex == nullptr) {
    const std::size_t count = std::min(in.size(), out.size());
    std::copy_n(in.begin(), count, out.begin());
    return {count, count};
  }
  constexpr std::size_t length_max = std::numeric_limits<spx_uint32_t>::max();
  auto in_length = static_cast<spx_uint32_t>(std::min(in.size(), length_max));
  auto out_length = static_cast<spx_uint32_t>(std::min(out.size(), length_max));
  const int error =
      speex_resampler_process_int(impl_->speex, 0, in.data(), &in_length, out.data(), &out_length);
  VOICE_ASSERT(error == RESAMPLER_ERR_SUCCESS);
  return {in_length, out_length};
}

std::size_t Resampler::delay_samples() const noexcept {
  if (impl_->speex == nullptr) return 0;
  return static_cast<std::size_t>(speex_resampler_get_input_latency(impl_->speex));
}

}  // namespace voice
