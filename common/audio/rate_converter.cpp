#include "common/audio/rate_converter.hpp"

#include "common/core/vector_clones.hpp"

#include <cmath>
#include <cstdlib>
#include <numbers>
#include <numeric>

namespace voice {
namespace {

// Zero crossings of the sinc on each side: of at most 4 ms, which are 32 at 8000 Hz.
constexpr double crossings_max = 32;
constexpr int crossings_per_s = 250;
// The middle of the transition band, as a share of the lower rate's Nyquist frequency, and Kaiser's
// parameter for an attenuation of 70 dB beyond it.
constexpr double cutoff_share = 0.93;
constexpr double kaiser_beta = 6.76;
constexpr std::size_t taps_multiple = 8;

// The modified Bessel function of the first kind, of order zero. (libc++ has no std::cyl_bessel_i.)
double bessel_i0(double x) {
  double sum = 1, term = 1;
  for (int k = 1; term > 1e-12 * sum; ++k) {
    term *= x * x / (4.0 * k * k);
    sum += term;
  }
  return sum;
}

double sinc(double x) {
  const double angle = std::numbers::pi * x;
  return std::abs(angle) < 1e-9 ? 1 : std::sin(angle) / angle;
}

std::uint64_t samples_before(std::uint64_t tick, int rate_hz) {
  return tick * static_cast<std::uint64_t>(rate_hz) / frames_per_second;
}

// The results of one frame, `Place::count` of them.
template <class Sample, class Result>
inline void filter(const Sample* samples, const std::int16_t* table, std::size_t taps,
                   std::size_t phases, std::size_t step, std::size_t phase,
                   std::span<Result> out) noexcept {
  for (Result& result : out) {
    const std::int16_t* const weights = table + phase * taps;
    Result sum = 0;
    for (std::size_t i = 0; i < taps; ++i) sum += Result{samples[i]} * Result{weights[i]};
    result = sum;
    phase += step;
    samples += phase / phases;
    phase %= phases;
  }
}

VOICE_VECTOR_CLONES
void filter_samples(const std::int16_t* samples, const std::int16_t* table, std::size_t taps,
                    std::size_t phases, std::size_t step, std::size_t phase,
                    std::span<std::int32_t> out) noexcept {
  filter(samples, table, taps, phases, step, phase, out);
}

VOICE_VECTOR_CLONES
void filter_sums(const std::int32_t* samples, const std::int16_t* table, std::size_t taps,
                 std::size_t phases, std::size_t step, std::size_t phase,
                 std::span<std::int64_t> out) noexcept {
  filter(samples, table, taps, phases, step, phase, out);
}

}  // namespace

// Where the first result of a frame lies: it is made of taps_ samples from `sample` on.
struct RateConverter::Place {
  std::size_t sample;  // in the line
  std::size_t phase;
};

RateConverter::RateConverter(AudioFormat from, AudioFormat to)
    : from_(from), to_(to), slack_(from.remainder() == 0 ? 0 : 1) {
  const int divisor = std::gcd(from.rate_hz(), to.rate_hz());
  phases_ = static_cast<std::size_t>(to.rate_hz() / divisor);
  step_ = static_cast<std::size_t>(from.rate_hz() / divisor);
  const double lower_hz = std::min(from.rate_hz(), to.rate_hz());
  const double crossings = std::min(crossings_max, std::floor(lower_hz / crossings_per_s));
  const auto wanted =
      static_cast<std::size_t>(std::ceil(2 * crossings * from.rate_hz() / lower_hz));
  taps_ = (wanted + taps_multiple - 1) / taps_multiple * taps_multiple;
  // The first result of a frame may lie before its first sample: not by more than a step.
  history_ = taps_ + slack_ + step_ / phases_ + 1;
  make_table(cutoff_share * lower_hz / from.rate_hz());
}

// h(x) = c · sinc(c · x) · window(x), where x = 0 is in the middle, and c is the cutoff. The phase
// is the part of a sample by which a result lies after the tap in the middle.
void RateConverter::make_table(double cutoff) {
  constexpr std::int32_t unity = 1 << unity_bits;
  // A sum of 16-bit samples must not overflow.
  constexpr std::int32_t sum_max = INT32_MAX / 32768;
  const double half = static_cast<double>(taps_) / 2;
  table_.resize(phases_ * taps_);
  std::vector<double> taps(taps_);
  for (std::size_t phase = 0; phase < phases_; ++phase) {
    const double part = static_cast<double>(phase) / static_cast<double>(phases_);
    double sum = 0;
    for (std::size_t i = 0; i < taps_; ++i) {
      const double x = static_cast<double>(i) - (half - 1) - part;
      const double edge = 1 - x * x / (half * half);
      taps[i] = sinc(cutoff * x) * bessel_i0(kaiser_beta * std::sqrt(std::max(edge, 0.0)));
      sum += taps[i];
    }
    const auto row = std::span{table_}.subspan(phase * taps_, taps_);
    std::int32_t rest = unity;
    std::int32_t magnitude = 0;
    for (std::size_t i = 0; i < taps_; ++i) {
      row[i] = static_cast<std::int16_t>(std::lround(taps[i] * unity / sum));
      rest -= row[i];
      magnitude += std::abs(row[i]);
    }
    // A constant stays the same constant.
    const auto middle = static_cast<std::size_t>(half) - (part < 0.5 ? 1 : 0);
    row[middle] = static_cast<std::int16_t>(row[middle] + rest);
    VOICE_ASSERT(magnitude + std::abs(rest) < sum_max);
  }
}

RateConverter::Place RateConverter::place_of(std::uint64_t tick, std::size_t line,
                                             std::size_t out) const noexcept {
  tick %= frames_per_second;
  const std::uint64_t begin = samples_before(tick, from_.rate_hz());
  const std::uint64_t end = samples_before(tick + 1, from_.rate_hz());
  const std::uint64_t first = samples_before(tick, to_.rate_hz());
  const std::uint64_t next = samples_before(tick + 1, to_.rate_hz());
  VOICE_ASSERT(line == history_ + (end - begin));
  VOICE_ASSERT(out == next - first);
  const std::uint64_t at = first * step_;  // in places since the beginning of the second
  const std::uint64_t newest = history_ + at / phases_ - slack_ - begin;
  VOICE_ASSERT(newest + 1 >= taps_);
  VOICE_ASSERT(history_ + (next - 1) * step_ / phases_ - slack_ - begin < line);
  return {newest + 1 - taps_, at % phases_};
}

void RateConverter::convert(std::uint64_t tick, std::span<const std::int16_t> line,
                            std::span<std::int32_t> out) const noexcept {
  const Place place = place_of(tick, line.size(), out.size());
  filter_samples(&line[place.sample], table_.data(), taps_, phases_, step_, place.phase, out);
}

void RateConverter::convert(std::uint64_t tick, std::span<const std::int32_t> line,
                            std::span<std::int64_t> out) const noexcept {
  const Place place = place_of(tick, line.size(), out.size());
  filter_sums(&line[place.sample], table_.data(), taps_, phases_, step_, place.phase, out);
}

}  // namespace voice
