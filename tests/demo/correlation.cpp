#include "tests/demo/correlation.hpp"

#include <bit>
#include <cmath>
#include <complex>
#include <numbers>
#include <utility>
#include <vector>

namespace voice::demo {

namespace {

using Spectrum = std::vector<std::complex<double>>;

void permute_bit_reversed(Spectrum& data) {
  for (std::size_t i = 1, j = 0; i < data.size(); ++i) {
    std::size_t bit = data.size() / 2;
    for (; (j & bit) != 0; bit /= 2) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(data[i], data[j]);
  }
}

// Radix 2, in place; the size is a power of two. Too short to need a library.
void transform(Spectrum& data) {
  permute_bit_reversed(data);
  for (std::size_t span = 2; span <= data.size(); span *= 2) {
    const std::size_t half = span / 2;
    std::vector<std::complex<double>> turn(half);
    for (std::size_t i = 0; i < half; ++i) {
      turn[i] =
          std::polar(1.0, -std::numbers::pi * static_cast<double>(i) / static_cast<double>(half));
    }
    for (std::size_t start = 0; start < data.size(); start += span) {
      for (std::size_t i = 0; i < half; ++i) {
        const auto odd = turn[i] * data[start + half + i];
        data[start + half + i] = data[start + i] - odd;
        data[start + i] += odd;
      }
    }
  }
}

Spectrum spectrum_of(Samples sound, std::size_t size) {
  Spectrum spectrum(size);
  for (std::size_t i = 0; i < sound.size(); ++i) spectrum[i] = double{sound[i]};
  transform(spectrum);
  return spectrum;
}

}  // namespace

Match find(Samples speech, Samples recording) {
  const double speech_energy = energy(speech);
  if (speech_energy == 0 || recording.empty()) return {};
  // Long enough that nothing wraps round: negative lags are at the far end.
  const std::size_t size = std::bit_ceil(speech.size() + recording.size());
  Spectrum product = spectrum_of(recording, size);
  const Spectrum reference = spectrum_of(speech, size);
  // Correlation theorem; the conjugate of a forward transform serves as the inverse, as the result
  // is real.
  for (std::size_t i = 0; i < size; ++i)
    product[i] = std::conj(product[i] * std::conj(reference[i]));
  transform(product);

  std::size_t best = 0;
  for (std::size_t i = 1; i < size; ++i) {
    if (product[i].real() > product[best].real()) best = i;
  }
  const auto lag = static_cast<std::ptrdiff_t>(best);
  return {best < recording.size() ? lag : lag - static_cast<std::ptrdiff_t>(size),
          product[best].real() / (static_cast<double>(size) * speech_energy)};
}

Match find_near(Samples speech, Samples recording, std::ptrdiff_t around, std::ptrdiff_t reach) {
  Match best{around, gain_at(speech, recording, around)};
  for (std::ptrdiff_t lag = around - reach; lag <= around + reach; ++lag) {
    const double gain = gain_at(speech, recording, lag);
    if (gain > best.gain) best = {lag, gain};
  }
  return best;
}

double gain_at(Samples speech, Samples recording, std::ptrdiff_t lag) noexcept {
  const double speech_energy = energy(speech);
  if (speech_energy == 0) return 0;
  const std::size_t skipped = lag < 0 ? static_cast<std::size_t>(-lag) : 0;
  const Samples heard = part(recording, lag, speech.size());
  double sum = 0;
  for (std::size_t i = 0; i < heard.size(); ++i) sum += double{speech[skipped + i]} * heard[i];
  return sum / speech_energy;
}

}  // namespace voice::demo
