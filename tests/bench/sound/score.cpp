#include "tests/bench/sound/score.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace bench {
namespace {

constexpr double floor_db = 25;
constexpr double audible_db = 10;
constexpr double quietest = 100;  // mean square; nobody hears a spectrum below that
constexpr int frames_per_interval = 16;
constexpr std::array<double, 24> band_edges_hz{100,  200,  300,  400,  510,  630,  770,   920,
                                               1080, 1270, 1480, 1720, 2000, 2320, 2700,  3150,
                                               3700, 4400, 5300, 6400, 7700, 9500, 12000, 15500};

std::size_t window_samples(int rate_hz) {
  std::size_t samples = 1;
  while (samples * 2 * 1000 <= static_cast<std::size_t>(rate_hz) * 32) samples *= 2;
  return samples;
}

// In place; the length is a power of two (Cooley and Tukey).
void transform(std::vector<std::complex<double>>& values) {
  const std::size_t size = values.size();
  for (std::size_t i = 1, j = 0; i < size; ++i) {
    std::size_t bit = size / 2;
    for (; (j & bit) != 0; bit /= 2) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(values[i], values[j]);
  }
  for (std::size_t half = 1; half < size; half *= 2) {
    const auto step = std::polar(1.0, -std::numbers::pi / static_cast<double>(half));
    for (std::size_t from = 0; from < size; from += 2 * half) {
      std::complex<double> turn{1, 0};
      for (std::size_t i = from; i < from + half; ++i) {
        const double real =
            values[i + half].real() * turn.real() - values[i + half].imag() * turn.imag();
        const double imag =
            values[i + half].real() * turn.imag() + values[i + half].imag() * turn.real();
        values[i + half] = {values[i].real() - real, values[i].imag() - imag};
        values[i] += std::complex<double>{real, imag};
        turn = {turn.real() * step.real() - turn.imag() * step.imag(),
                turn.real() * step.imag() + turn.imag() * step.real()};
      }
    }
  }
}

}  // namespace

double mean_square(std::span<const std::int16_t> a, std::span<const std::int16_t> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = a[i] - (b.empty() ? 0 : b[i]);
    sum += x * x;
  }
  return sum / static_cast<double>(std::max<std::size_t>(a.size(), 1));
}

Score::Score(std::span<const std::int16_t> said, int rate_hz)
    : said_(said),
      frame_(static_cast<std::size_t>(rate_hz) / 50),
      window_(window_samples(rate_hz)),
      tail_(window_.size()),
      spectrum_(window_.size()) {
  const auto size = static_cast<double>(window_.size());
  for (std::size_t i = 0; i < window_.size(); ++i) {
    const double phase = 2 * std::numbers::pi * (static_cast<double>(i) + 0.5) / size;
    window_[i] = (1 - std::cos(phase)) / 2;
  }
  for (const double edge_hz : band_edges_hz) {
    if (edge_hz > rate_hz * 0.48) break;
    bands_.push_back(static_cast<std::size_t>(std::lround(edge_hz * size / rate_hz)));
  }
}

void Score::heard(std::span<const std::int16_t> frame, std::size_t position) {
  const std::size_t kept = tail_.size() - std::min(tail_.size(), frame.size());
  std::copy(tail_.end() - static_cast<std::ptrdiff_t>(kept), tail_.end(), tail_.begin());
  const auto last = frame.last(std::min(tail_.size(), frame.size()));
  std::copy(last.begin(), last.end(), tail_.begin() + static_cast<std::ptrdiff_t>(kept));
  filled_ = std::min(filled_ + frame.size(), tail_.size());
  if (filled_ < tail_.size()) return;
  const std::size_t end = std::min(position + frame.size(), said_.size());
  const double power = mean_square(said_.subspan(position, end - position));
  if (std::max(power, mean_square(frame)) < speech_power_min) return;
  spectra(position + frame.size());
  count(disturbance());
}

void Score::lost(std::size_t from, std::size_t until) {
  for (; from < until; ++from) {
    if (++lost_samples_ < frame_) continue;
    lost_samples_ = 0;
    const std::size_t begin = (from + 1 - std::min(from + 1, frame_)) % said_.size();
    const std::size_t length = std::min(frame_, said_.size() - begin);
    if (mean_square(said_.subspan(begin, length)) >= speech_power_min) count(1);
  }
}

// Two real spectra in one transform.
void Score::spectra(std::size_t end) {
  for (std::size_t i = 0; i < window_.size(); ++i) {
    const std::size_t at = (end + said_.size() + i - window_.size()) % said_.size();
    spectrum_[i] = {window_[i] * tail_[i], window_[i] * said_[at]};
  }
  transform(spectrum_);
}

double Score::disturbance() {
  struct Band {
    double heard = 0, said = 0;
  };
  std::array<Band, band_edges_hz.size()> bands;
  const std::size_t count = bands_.size() - 1;
  double loudest = 0;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t bin = bands_[i]; bin < bands_[i + 1]; ++bin) {
      const auto both = spectrum_[bin];
      const auto mirrored = std::conj(spectrum_[spectrum_.size() - bin]);
      bands[i].heard += std::norm(both + mirrored) / 4;
      bands[i].said += std::norm(both - mirrored) / 4;
    }
    loudest = std::max(loudest, bands[i].said);
  }
  const auto size = static_cast<double>(spectrum_.size());
  const double least = std::max(loudest * std::pow(10.0, -floor_db / 10), quietest * size);
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double db = 10 * std::log10((bands[i].heard + least) / (bands[i].said + least));
    sum += std::min(std::abs(db) / audible_db, 1.0);
  }
  return sum / static_cast<double>(count);
}

void Score::count(double disturbance) {
  interval_ += std::pow(disturbance, 6);
  if (++frames_ < frames_per_interval) return;
  squares_ += std::pow(interval_ / frames_per_interval, 2.0 / 6);
  ++intervals_;
  interval_ = 0;
  frames_ = 0;
}

double Score::value() const {
  double squares = squares_;
  auto intervals = static_cast<double>(intervals_);
  if (frames_ != 0) {
    const double share = static_cast<double>(frames_) / frames_per_interval;
    squares += share * std::pow(interval_ / frames_, 2.0 / 6);
    intervals += share;
  }
  if (intervals == 0) return 5;
  return std::max(5 - 4 * std::sqrt(squares / intervals), 1.0);
}

}  // namespace bench
