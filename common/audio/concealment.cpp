#include "common/audio/concealment.hpp"

#include "common/audio/cross_fade.hpp"
#include "common/core/assert.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace voice {
namespace {

// Below this, the sound is not a voice but noise: a short piece of it, repeated, would be a tone.
constexpr float voiced_min = 0.5F;
constexpr int per_mille = 1000;
// How long the noise lasts, in units of 10 ms; it fades in the second half.
constexpr std::uint32_t noise_tenths = 50;
constexpr std::uint32_t fade_tenths = 6;
// If it is louder than this, it was not a pause.
constexpr int noise_amplitude_max = 600;
// 5 ms at the highest rate.
constexpr std::size_t merge_samples_max = rate_hz_max / 200;

std::size_t milliseconds_of(AudioFormat format, std::size_t count) {
  return static_cast<std::size_t>(format.rate_hz()) * count / 1000;
}

}  // namespace

Concealment::Concealment(AudioFormat format)
    : range_(format),
      tenth_(static_cast<std::uint32_t>(milliseconds_of(format, 10))),
      fade_begin_(tenth_),
      fade_end_(fade_tenths * tenth_),
      noise_end_(noise_tenths * tenth_) {}

void Concealment::begin(std::span<const std::int16_t> played, double noise_power) noexcept {
  VOICE_ASSERT(played.size() <= history_.size());
  held_ = played.size();
  std::copy(played.begin(), played.end(), history_.end() - static_cast<std::ptrdiff_t>(held_));
  extended_ = 0;
  period_ = 0;
  step_ = 0;
  noise_end_ = noise_tenths * tenth_;
  set_noise(noise_power);
  fade_begin_ = tenth_;
  fade_end_ = fade_tenths * tenth_;
  if (held_ < range_.lag_max + range_.window + range_.lag_max / 4) return begin_with_little();
  const std::span<const std::int16_t> history{history_};
  const Period found = period_before(history, history.size() - range_.window, range_);
  period_ = found.likeness >= voiced_min ? found.samples : range_.lag_max;
  // The repetition begins where the last sample would have led, had it been the period's.
  step_ = history.back() - history[history.size() - 1 - period_];
}

// There is too little to find a period in, so all of it is taken for one. If it is less than 10 ms,
// it is a tone, and only faded out.
void Concealment::begin_with_little() noexcept {
  if (held_ < tenth_) {
    fade_begin_ = 0;
    fade_end_ = tenth_;
  }
  // repeated() needs a quarter more, for its seam.
  period_ = std::min(range_.lag_max, held_ * 4 / 5);
  if (period_ != 0) step_ = history_.back() - history_[history_.size() - 1 - period_];
}

void Concealment::begin_pause(double noise_power) noexcept {
  held_ = extended_ = period_ = 0;
  step_ = 0;
  fade_end_ = fade_tenths * tenth_;
  noise_end_ = 2 * noise_tenths * tenth_;
  set_noise(noise_power);
}

void Concealment::set_noise(double noise_power) noexcept {
  // The root mean square of what noise() makes is two thirds of its amplitude.
  const double amplitude = 1.5 * std::sqrt(noise_power);
  noise_amplitude_ = std::min(static_cast<int>(amplitude), noise_amplitude_max);
}

// The sample `at` after the end: of the last `periods` periods, over and over, each time led into
// by what came before them.
int Concealment::repeated(std::size_t at, std::size_t periods) const noexcept {
  const std::size_t seam = period_ / 4;
  while (periods > 1 && periods * period_ + seam > held_) --periods;
  const std::size_t span = periods * period_;
  const std::size_t begin = history_.size() - span;
  const std::size_t in_span = at % span;
  const int sample = history_[begin + in_span];
  if (in_span < span - seam) return sample;
  const auto weight = static_cast<int>(in_span - (span - seam)) + 1;
  const auto whole = static_cast<int>(seam) + 1;
  return (sample * (whole - weight) + history_[begin + in_span - span] * weight) / whole;
}

int Concealment::noise() noexcept {
  random_ = random_ * 1664525U + 1013904223U;
  const int white = static_cast<int>(random_ >> 16) - 32768;
  noise_last_ += (white - noise_last_) / 2;
  return noise_last_ * noise_amplitude_ / 16384;
}

std::int16_t Concealment::next() noexcept {
  const std::size_t at = extended_++;
  int loudness = 0;
  int sample = 0;
  if (period_ != 0 && at < fade_end_) {
    loudness = at < fade_begin_
                   ? per_mille
                   : static_cast<int>((fade_end_ - at) * per_mille / (fade_end_ - fade_begin_));
    // One period more each 10 ms, so that no tone arises; led into as the seams are.
    const std::size_t periods = std::min(at / tenth_ + 1, periods_max);
    const std::size_t seam = std::max<std::size_t>(period_ / 4, 1);
    sample = repeated(at, periods);
    const std::size_t since = at % tenth_;
    if (periods > 1 && at / tenth_ < periods_max && since < seam) {
      const int before = repeated(at, periods - 1);
      sample = before + (sample - before) * static_cast<int>(since) / static_cast<int>(seam);
    }
    if (at < seam) sample += step_ * static_cast<int>(seam - at) / static_cast<int>(seam);
    sample = sample * loudness / per_mille;
  }
  if (noise_amplitude_ != 0 && at < noise_end_) {
    const std::size_t left = std::min((noise_end_ - at) * per_mille / (noise_end_ / 2),
                                      static_cast<std::size_t>(per_mille));
    sample += noise() * std::min(per_mille - loudness, static_cast<int>(left)) / per_mille;
  }
  return static_cast<std::int16_t>(std::clamp(sample, -32768, 32767));
}

void Concealment::extend(std::span<std::int16_t> out) noexcept {
  for (auto& sample : out) sample = next();
}

void Concealment::end(std::span<std::int16_t> sound) noexcept {
  std::array<std::int16_t, merge_samples_max> room;
  const std::size_t length = std::min<std::size_t>(tenth_ / 2, sound.size());
  const std::size_t extended = extended_;
  const auto tail = std::span{room}.first(length);
  extend(tail);
  extended_ = extended;
  cross_fade(tail, sound.first(length), sound.first(length));
}

}  // namespace voice
