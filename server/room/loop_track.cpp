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

constexpr std::size_t window_points = window / stride;
constexpr std::size_t batch = 8;  // of points that are worked on together
static_assert(window_points % batch == 0);

using Lags = std::array<float, loop_lag_max - loop_lag_min + 1>;

// sums[i] += the sum over p of said[p · stride] · heard[i + p · stride], for a batch of points and
// every lag: each sum is loaded and stored once for all of them.
VOICE_VECTOR_CLONES
void add_products(const float* said, const float* heard, float* sums, std::size_t lags) noexcept {
  for (std::size_t i = 0; i < lags; ++i) {
    float sum = sums[i];
    for (std::size_t p = 0; p < batch; ++p) sum += said[p * stride] * heard[i + p * stride];
    sums[i] = sum;
  }
}

// values[i] becomes the square of a correlation, with its sign; 0 where hardly anything was heard.
VOICE_VECTOR_CLONES
void square_correlations(float* values, const float* heard_powers, float said_power,
                         float power_min, std::size_t lags) noexcept {
  for (std::size_t i = 0; i < lags; ++i) {
    const float square = values[i] * std::abs(values[i]) / (said_power * heard_powers[i]);
    values[i] = heard_powers[i] < power_min ? 0.0F : square;
  }
}

// From the oldest tick to the newest.
template <std::size_t points>
void put_in_order(const std::array<std::int16_t, points>& ring, std::size_t oldest,
                  std::array<float, points>& out) noexcept {
  const auto middle = ring.begin() + static_cast<std::ptrdiff_t>(oldest);
  const auto to_float = [](std::int16_t point) { return static_cast<float>(point); };
  const auto rest = std::transform(middle, ring.end(), out.begin(), to_float);
  std::transform(ring.begin(), middle, rest, to_float);
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
  std::array<float, points_> said, heard;
  const std::size_t oldest = next_ * loop_points_per_tick;
  put_in_order(said_, oldest, said);
  put_in_order(heard_, oldest, heard);

  // sums[i] belongs to the lag lag_max - i.
  const std::size_t lag_max = std::min(known - window, loop_lag_max);
  const std::size_t lags = lag_max - loop_lag_min + 1;
  VOICE_ASSERT(lag_max >= loop_lag_min && lags <= std::size_t{loop_lag_max - loop_lag_min + 1});
  Lags sums{};
  const std::size_t begin = points_ - window;
  double said_power = 0;
  double heard_power = 0;  // at the lag lag_max
  for (std::size_t i = begin; i < points_; i += stride) {
    said_power += static_cast<double>(said[i]) * said[i];
    heard_power += static_cast<double>(heard[i - lag_max]) * heard[i - lag_max];
  }
  constexpr double power_min = silent_power * static_cast<double>(window_points);
  if (said_power < power_min) return {};
  for (std::size_t i = begin; i < points_; i += batch * stride) {
    add_products(&said[i], &heard[i - lag_max], sums.data(), lags);
  }

  // Of every second point the power changes with parity, which is less than it matters.
  Lags powers;
  for (std::size_t i = 0; i < lags; ++i) {
    powers[i] = static_cast<float>(std::max(heard_power, 1.0));
    const float leaves = heard[begin - (lag_max - i)];
    const float enters = heard[points_ - (lag_max - i)];
    heard_power += (static_cast<double>(enters) * enters - static_cast<double>(leaves) * leaves) /
                   static_cast<double>(stride);
  }
  Lags& squares = sums;
  square_correlations(squares.data(), powers.data(), static_cast<float>(said_power),
                      static_cast<float>(power_min), lags);
  const auto until = squares.begin() + static_cast<std::ptrdiff_t>(lags);
  const auto highest = std::max_element(squares.begin(), until);
  if (*highest <= 0) return {};
  const auto place = static_cast<std::size_t>(highest - squares.begin());
  Coupling best = {.correlation = std::sqrt(static_cast<double>(*highest)),
                   .gain = std::sqrt(said_power / static_cast<double>(powers[place])),
                   .lag = lag_max - place};
  float next_best = 0;
  for (std::size_t i = 0; i < lags; ++i) {
    const std::size_t apart = i > place ? i - place : place - i;
    if (apart >= apart_min) next_best = std::max(next_best, squares[i]);
  }
  best.next_best = std::sqrt(static_cast<double>(next_best));
  return best;
}

}  // namespace voiced
