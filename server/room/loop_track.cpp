#include "server/room/loop_track.hpp"

#include "common/core/assert.hpp"
#include "common/core/vector_clones.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <span>

namespace voiced {
namespace {

constexpr double silent_power = 30.0 * 30.0;  // -61 dBFS
constexpr double growth = 10;                 // 10 dB
constexpr std::size_t window = loop_window_ticks * loop_points_per_tick;
constexpr std::size_t stride = 2;  // every second point of the window is enough
constexpr std::size_t apart_min = 20;

constexpr std::size_t points = loop_ticks * loop_points_per_tick;
constexpr std::size_t half_points = points / stride;
constexpr std::size_t window_points = window / stride;
constexpr std::size_t lags_max = loop_lag_max - loop_lag_min + 1;
static_assert(points % stride == 0 && window % stride == 0);

// Points are compared with 11 bits and a sign, so that a sum of products has 31 bits at most.
constexpr int compared_bits = 11;
static_assert(window_points << (2 * compared_bits) <= std::size_t{INT32_MAX});

using Points = std::array<std::int16_t, points>;
using HalfPoints = std::array<std::int16_t, half_points>;  // every second point
using WindowPoints = std::array<std::int16_t, window_points>;

// sums[i] becomes the sum over p of said[p] · heard[i + p]. Four sums at once share what is loaded.
VOICE_VECTOR_CLONES
void add_products(const std::int16_t* said, const std::int16_t* heard, std::int32_t* sums,
                  std::size_t count) noexcept {
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    const std::int16_t* const at = heard + i;
    std::int32_t a = 0, b = 0, c = 0, d = 0;
    for (std::size_t p = 0; p < window_points; ++p) {
      a += said[p] * at[p];
      b += said[p] * at[p + 1];
      c += said[p] * at[p + 2];
      d += said[p] * at[p + 3];
    }
    sums[i] = a, sums[i + 1] = b, sums[i + 2] = c, sums[i + 3] = d;
  }
  for (; i < count; ++i) {
    std::int32_t sum = 0;
    for (std::size_t p = 0; p < window_points; ++p) sum += said[p] * heard[i + p];
    sums[i] = sum;
  }
}

// From the oldest tick to the newest.
void put_in_order(const Points& ring, std::size_t oldest, Points& out) noexcept {
  const auto middle = ring.begin() + static_cast<std::ptrdiff_t>(oldest);
  std::copy(ring.begin(), middle, std::copy(middle, ring.end(), out.begin()));
}

// By how many bits the points must be shortened to be compared.
int bits_too_many(std::span<const std::int16_t> all) noexcept {
  int highest = 0;
  for (const std::int16_t point : all) highest = std::max(highest, std::abs(int{point}));
  return std::max(static_cast<int>(std::bit_width(static_cast<unsigned>(highest))) - compared_bits,
                  0);
}

// out[i] becomes in[stride · i], shorter by some bits.
void take_every_second(const std::int16_t* in, int bits, std::span<std::int16_t> out) noexcept {
  const int half = (1 << bits) >> 1;
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::int16_t>((in[i * stride] + half) >> bits);
  }
}

// What was heard at the lags of one parity, beginning with the longest.
struct Half {
  std::array<std::int32_t, lags_max / stride + 1> products;  // with what was said, summed
  std::array<float, lags_max / stride + 1> powers;           // of what was heard, summed
  // Of the correlations, times the power of what was said, with their signs; 0 where hardly
  // anything was heard.
  std::array<float, lags_max / stride + 1> squares;
};

void compare_half(const WindowPoints& said, std::span<const std::int16_t> heard, float power_min,
                  Half& out) noexcept {
  const std::size_t lags = heard.size() - window_points + 1;
  VOICE_ASSERT(heard.size() >= window_points && lags <= out.products.size());
  add_products(said.data(), heard.data(), out.products.data(), lags);
  std::int64_t power = 0;
  for (std::size_t i = 0; i < window_points; ++i) power += std::int32_t{heard[i]} * heard[i];
  for (std::size_t i = 0; i < lags; ++i) {
    out.powers[i] = static_cast<float>(power);
    if (i + 1 == lags) break;
    const std::int32_t leaves = heard[i], enters = heard[i + window_points];
    power += enters * enters - leaves * leaves;
  }
  VOICE_ASSERT(power >= 0);
  for (std::size_t i = 0; i < lags; ++i) {
    const auto product = static_cast<float>(out.products[i]);
    const float square = product * std::abs(product) / std::max(out.powers[i], 1.0F);
    out.squares[i] = out.powers[i] < power_min ? 0.0F : square;
  }
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
  Points in_order;
  const std::size_t oldest = next_ * loop_points_per_tick;
  constexpr std::size_t begin = points - window;

  put_in_order(said_, oldest, in_order);
  const int said_bits = bits_too_many(std::span{in_order}.subspan(begin));
  WindowPoints said;
  take_every_second(&in_order[begin], said_bits, said);
  double said_power = 0;
  for (const std::int16_t point : said) said_power += point * point;
  constexpr double power_min = silent_power * static_cast<double>(window_points);
  if (std::ldexp(said_power, 2 * said_bits) < power_min) return {};

  const std::size_t lag_max = std::min(known - window, loop_lag_max);
  const std::size_t lags = lag_max - loop_lag_min + 1;
  VOICE_ASSERT(lag_max >= loop_lag_min && lags <= lags_max);
  put_in_order(heard_, oldest, in_order);
  const std::int16_t* const first = &in_order[begin - lag_max];
  const int heard_bits = bits_too_many({first, window + lags - 1});
  const auto heard_power_min = static_cast<float>(std::ldexp(power_min, -2 * heard_bits));
  // Place i of all belongs to the lag lag_max - i, and is place i / 2 of the half i % 2.
  std::array<Half, stride> halves;
  std::array<float, lags_max> squares;
  for (std::size_t parity = 0; parity < stride; ++parity) {
    HalfPoints heard;
    const std::size_t lags_here = (lags - parity + 1) / stride;
    if (lags_here == 0) break;
    const auto here = std::span{heard}.first(window_points + lags_here - 1);
    take_every_second(first + parity, heard_bits, here);
    compare_half(said, here, heard_power_min, halves[parity]);
    for (std::size_t i = 0; i < lags_here; ++i)
      squares[stride * i + parity] = halves[parity].squares[i];
  }

  const auto until = squares.begin() + static_cast<std::ptrdiff_t>(lags);
  const auto highest = std::max_element(squares.begin(), until);
  if (*highest <= 0) return {};
  const auto place = static_cast<std::size_t>(highest - squares.begin());
  float next_best = 0;
  for (std::size_t i = 0; i < lags; ++i) {
    const std::size_t apart = i > place ? i - place : place - i;
    if (apart >= apart_min) next_best = std::max(next_best, squares[i]);
  }
  const double heard_power = halves[place % stride].powers[place / stride];
  return {.correlation = std::sqrt(static_cast<double>(*highest) / said_power),
          .next_best = std::sqrt(static_cast<double>(next_best) / said_power),
          .gain = std::ldexp(std::sqrt(said_power / heard_power), said_bits - heard_bits),
          .lag = lag_max - place};
}

}  // namespace voiced
