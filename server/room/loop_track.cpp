#include "server/room/loop_track.hpp"

#include "common/core/assert.hpp"
#include "common/core/vector_clones.hpp"

#include <algorithm>
#include <cmath>

namespace voiced {
namespace {

constexpr double silent_power = 30.0 * 30.0;  // -61 dBFS
constexpr double growth = 10;                 // 10 dB
constexpr std::size_t window = loop_window_ticks * loop_points_per_tick;
constexpr std::size_t stride = 2;  // every second point of the window decides as well as all
constexpr std::size_t apart_min = 20;

using Lags = std::array<float, loop_lag_max - loop_lag_min + 1>;

// sums[i] += said · heard[i], for every lag at once.
VOICE_VECTOR_CLONES
void add_products(float said, const float* heard, float* sums, std::size_t lags) noexcept {
  for (std::size_t i = 0; i < lags; ++i) sums[i] += said * heard[i];
}

}  // namespace

double mean_power(const LoopPoints& points) noexcept {
  std::int64_t sum = 0;
  for (const std::int16_t point : points) sum += std::int32_t{point} * point;
  return static_cast<double>(sum) / static_cast<double>(points.size());
}

void LoopTrack::follow(std::uint32_t slot) noexcept {
  slot_ = slot;
  ticks_ = next_ = 0;
  has_grown_ = false;
  power_ = least_ = 0;
  hits = 0;
  lag = 0;
}

void LoopTrack::add(const LoopPoints& said, const LoopPoints& heard) noexcept {
  const auto at = static_cast<std::ptrdiff_t>(next_ * loop_points_per_tick);
  std::copy(said.begin(), said.end(), said_.begin() + at);
  std::copy(heard.begin(), heard.end(), heard_.begin() + at);
  next_ = (next_ + 1) % loop_ticks;
  ticks_ = std::min(ticks_ + 1, loop_ticks);
  power_ = mean_power(said);
  if (power_ < silent_power) return;
  least_ = least_ == 0 ? power_ : std::min(least_, power_);
  if (power_ > growth * least_) has_grown_ = true;
  VOICE_ASSERT(least_ <= power_);
}

Coupling LoopTrack::compare() const noexcept {
  const std::size_t known = ticks_ * loop_points_per_tick;
  if (known < window + loop_lag_min) return {};
  // In the order of time, the newest last.
  std::array<float, points_> said, heard;
  const std::size_t oldest = next_ * loop_points_per_tick;
  for (std::size_t i = 0; i < points_; ++i) {
    const std::size_t from = (oldest + i) % points_;
    said[i] = said_[from];
    heard[i] = heard_[from];
  }
  // sums[i] belongs to the lag lag_max - i.
  const std::size_t lag_max = std::min(known - window, loop_lag_max);
  const std::size_t lags = lag_max - loop_lag_min + 1;
  VOICE_ASSERT(lag_max >= loop_lag_min && lags <= std::size_t{loop_lag_max - loop_lag_min + 1});
  Lags sums{};
  const std::size_t begin = points_ - window;
  double said_power = 0;
  double heard_power = 0;  // at the lag lag_max
  for (std::size_t i = begin; i < points_; i += stride) {
    add_products(said[i], &heard[i - lag_max], sums.data(), lags);
    said_power += static_cast<double>(said[i]) * said[i];
    heard_power += static_cast<double>(heard[i - lag_max]) * heard[i - lag_max];
  }
  constexpr double samples = window / stride;
  if (said_power < silent_power * samples) return {};
  Coupling best;
  Lags& correlations = sums;
  for (std::size_t i = 0; i < lags; ++i) {
    const std::size_t its_lag = lag_max - i;
    // Of every second point the power changes with parity, which is less than it matters.
    const double power = std::max(heard_power, 1.0);
    const double correlation = sums[i] / std::sqrt(said_power * power);
    correlations[i] = static_cast<float>(power < silent_power * samples ? 0.0 : correlation);
    if (correlations[i] > best.correlation) {
      best = {
          .correlation = correlations[i], .gain = std::sqrt(said_power / power), .lag = its_lag};
    }
    const float leaves = heard[begin - its_lag];
    const float enters = heard[points_ - its_lag];
    heard_power += (static_cast<double>(enters) * enters - static_cast<double>(leaves) * leaves) /
                   static_cast<double>(stride);
  }
  for (std::size_t i = 0; i < lags; ++i) {
    const std::size_t its_lag = lag_max - i;
    const std::size_t apart = its_lag > best.lag ? its_lag - best.lag : best.lag - its_lag;
    if (apart >= apart_min) best.next_best = std::max<double>(best.next_best, correlations[i]);
  }
  return best;
}

}  // namespace voiced
