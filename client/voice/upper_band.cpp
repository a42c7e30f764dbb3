#include "client/voice/upper_band.hpp"

#include "client/voice/voice_processor.hpp"
#include "common/core/assert.hpp"

#include <algorithm>
#include <cmath>

namespace voicecli {
namespace {

// Automatic gain control may raise a voice.
constexpr double gain_max = 4;
// The power of rounding alone: below this, the gain cannot be measured.
constexpr double power_min = 1;

// Mean power of the second difference: half of the band and more, the upper end most.
double upper_power(std::span<const std::int16_t> pcm) {
  double sum = 0;
  for (std::size_t i = 2; i < pcm.size(); ++i) {
    const double bend = pcm[i] - 2 * pcm[i - 1] + pcm[i - 2];
    sum += bend * bend;
  }
  return pcm.size() < 3 ? 0 : sum / static_cast<double>(pcm.size() - 2);
}

template <class Sample>
void drop_front(std::vector<Sample>& samples, std::size_t count) {
  samples.erase(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(count));
}

}  // namespace

UpperBand::UpperBand(int rate_hz, int band_rate_hz, std::size_t delay_samples)
    : up_(band_rate_hz, rate_hz, voice::Resampler::Filter::gentle), before_(delay_samples) {
  VOICE_ASSERT(band_rate_hz < rate_hz);
  const auto rate = static_cast<std::size_t>(rate_hz);
  const auto band_rate = static_cast<std::size_t>(band_rate_hz);
  const std::size_t delay = (delay_samples * rate + band_rate / 2) / band_rate;
  // Filters hold back less than 10 ms; lumps are at most a frame long.
  near_.reserve(rate / 10);
  band_.resize(rate / voice_blocks_per_second + 1);
  above_.reserve(delay + 2 * band_.size());
  above_.resize(delay);
  before_.reserve(delay_samples + band_rate / voice_blocks_per_second);
}

void UpperBand::hear(std::span<const std::int16_t> microphone) {
  VOICE_ASSERT(near_.size() + microphone.size() <= near_.capacity());
  near_.insert(near_.end(), microphone.begin(), microphone.end());
}

void UpperBand::add(std::span<const std::int16_t> before, std::span<const std::int16_t> after,
                    std::span<std::int16_t> voice) {
  const auto step = up_.process(before, band_);
  VOICE_ASSERT(step.consumed == before.size() && step.produced == voice.size());
  VOICE_ASSERT(step.produced <= near_.size());
  for (std::size_t i = 0; i < step.produced; ++i) above_.push_back(near_[i] - band_[i]);
  drop_front(near_, step.produced);
  const double from = gain_;
  follow(before, after);
  const double slope = (gain_ - from) / static_cast<double>(std::max<std::size_t>(voice.size(), 1));
  for (std::size_t i = 0; i < voice.size(); ++i) {
    const double upper = above_[i] * (from + slope * static_cast<double>(i));
    voice[i] = static_cast<std::int16_t>(
        std::clamp<long>(voice[i] + std::lround(upper), INT16_MIN, INT16_MAX));
  }
  drop_front(above_, voice.size());
}

void UpperBand::follow(std::span<const std::int16_t> before, std::span<const std::int16_t> after) {
  before_.insert(before_.end(), before.begin(), before.end());
  const double was = upper_power(std::span{before_}.first(before.size())) + power_min;
  const double is = upper_power(after) + power_min;
  gain_ = std::min(std::sqrt(is / was), gain_max);
  drop_front(before_, before.size());
}

}  // namespace voicecli
