#include "common/audio/pitch.hpp"

#include "common/core/assert.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace voice {
namespace {

// The first search uses one of every few samples, as if the rate were 4 kHz.
constexpr std::size_t lags_coarse = 60;
constexpr std::size_t samples_max = 2 * (rate_hz_max * 15 / 1000);
constexpr std::size_t coarse_max = 4 * lags_coarse + 4;
// So that no sum of products leaves 32 bits: 2^10 * 2^10 * 720 samples.
constexpr int magnitude_bits = 10;

std::size_t samples_in(AudioFormat format, std::chrono::microseconds time) {
  return static_cast<std::size_t>(format.rate_hz() * time.count() / 1'000'000);
}

// Both with vectors: the compiler does not order integer sums.
std::int32_t product(const std::int16_t* a, const std::int16_t* b, std::size_t count) noexcept {
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += std::int32_t{a[i]} * b[i];
  return sum;
}

// By how many bits samples are too large for product().
int excess_bits(std::span<const std::int16_t> sound) noexcept {
  int all = 0;
  for (const std::int16_t sample : sound) all |= sample < 0 ? ~sample : sample;
  int bits = 0;
  while (all >> (magnitude_bits + bits) != 0) ++bits;
  return bits;
}

// A copy whose samples are small, at one of `step` samples: each the mean of as many.
void shrink(std::span<const std::int16_t> sound, std::size_t step, int bits,
            std::int16_t* out) noexcept {
  const auto divisor = static_cast<int>(step) << bits;
  for (std::size_t i = 0; i + step <= sound.size(); i += step) {
    int sum = 0;
    for (std::size_t j = 0; j < step; ++j) sum += sound[i + j];
    *out++ = static_cast<std::int16_t>(sum / divisor);
  }
}

struct Search {
  std::size_t origin;  // of the window that stays
  std::size_t window;
  int direction;  // of the other: -1 before, 1 after

  [[nodiscard]] Period best(const std::int16_t* sound, std::size_t from,
                            std::size_t to) const noexcept {
    const std::int16_t* const here = sound + origin;
    const auto energy_here = static_cast<float>(product(here, here, window));
    const std::int16_t* other = direction < 0 ? here - from : here + from;
    std::int32_t energy = product(other, other, window);
    Period best{from, -2.0F};
    for (std::size_t lag = from;; ++lag) {
      const float both = energy_here * static_cast<float>(energy);
      const auto shared = static_cast<float>(product(here, other, window));
      const float found = both > 0 ? shared / std::sqrt(both) : 0.0F;
      if (found > best.likeness) best = {lag, found};
      if (lag >= to) return best;
      // One sample enters the window, one leaves it.
      const std::int32_t gone = direction < 0 ? other[window - 1] : other[0];
      other += direction;
      const std::int32_t come = direction < 0 ? other[0] : other[window - 1];
      energy += come * come - gone * gone;
    }
  }
};

// `sound` is what the search looks at, and no more.
Period find(std::span<const std::int16_t> sound, std::size_t origin, int direction,
            PitchRange range) noexcept {
  VOICE_ASSERT(sound.size() <= samples_max);
  const int bits = excess_bits(sound);
  const std::size_t step = std::max<std::size_t>(1, range.lag_max / lags_coarse);
  VOICE_ASSERT(sound.size() / step <= coarse_max);
  std::array<std::int16_t, coarse_max> coarse;
  shrink(sound, step, bits, coarse.data());
  const Search rough{origin / step, range.window / step, direction};
  const std::size_t lag =
      step * rough.best(coarse.data(), range.lag_min / step, range.lag_max / step).samples;
  std::array<std::int16_t, samples_max> fine;
  shrink(sound, 1, bits, fine.data());
  const Search exact{origin, range.window, direction};
  return exact.best(fine.data(), std::max(range.lag_min, lag - std::min(lag, step)),
                    std::min(range.lag_max, lag + step));
}

}  // namespace

PitchRange::PitchRange(AudioFormat format) noexcept
    : lag_min(samples_in(format, period_min)),
      lag_max(samples_in(format, period_max)),
      window(lag_max) {
  VOICE_ASSERT(lag_min > 0 && lag_min < lag_max);
}

Period period_before(std::span<const std::int16_t> sound, std::size_t at,
                     PitchRange range) noexcept {
  VOICE_ASSERT(at >= range.lag_max && at + range.window <= sound.size());
  return find(sound.subspan(at - range.lag_max, range.lag_max + range.window), range.lag_max, -1,
              range);
}

Period period_after(std::span<const std::int16_t> sound, std::size_t at,
                    PitchRange range) noexcept {
  VOICE_ASSERT(at + range.lag_max + range.window <= sound.size());
  return find(sound.subspan(at, range.lag_max + range.window), 0, 1, range);
}

}  // namespace voice
