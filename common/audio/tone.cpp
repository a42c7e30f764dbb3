#include "common/audio/tone.hpp"

#include "common/core/assert.hpp"

#include <cmath>
#include <numbers>

namespace voice {
namespace {

constexpr double turn = 2.0 * std::numbers::pi;

double radians_per_sample(AudioFormat format, double frequency_hz) noexcept {
  return turn * frequency_hz / format.rate_hz();
}

}  // namespace

Tone::Tone(AudioFormat format, double frequency_hz, double amplitude) noexcept
    : amplitude_(amplitude), step_(radians_per_sample(format, frequency_hz)) {
  VOICE_ASSERT(frequency_hz >= 1.0);
  VOICE_ASSERT(frequency_hz < format.rate_hz() / 2.0);
  VOICE_ASSERT(amplitude >= 0.0);
  VOICE_ASSERT(amplitude <= 32767.0);
}

void Tone::generate(std::span<std::int16_t> out) noexcept {
  for (std::int16_t& sample : out) {
    sample = static_cast<std::int16_t>(std::lround(amplitude_ * std::sin(phase_)));
    phase_ += step_;
    // A phase that only grew would lose precision after hours; a step is less than half a turn.
    if (phase_ >= turn) phase_ -= turn;
  }
}

double goertzel_rms(std::span<const std::int16_t> pcm, AudioFormat format,
                    double frequency_hz) noexcept {
  if (pcm.empty()) return 0.0;
  const double coefficient = 2.0 * std::cos(radians_per_sample(format, frequency_hz));
  double last = 0.0;
  double before_last = 0.0;
  for (const std::int16_t sample : pcm) {
    const double next = sample + coefficient * last - before_last;
    before_last = last;
    last = next;
  }
  const double power = last * last + before_last * before_last - coefficient * last * before_last;
  // |X| = N·A/2 for a sine of peak A; rounding may leave a power just below zero.
  const double magnitude = std::sqrt(std::fmax(power, 0.0));
  return magnitude * std::numbers::sqrt2 / static_cast<double>(pcm.size());
}

}  // namespace voice
