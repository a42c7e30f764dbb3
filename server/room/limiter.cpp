#include "server/room/limiter.hpp"

#include "common/audio/audio_format.hpp"
#include "common/core/assert.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace voiced {
namespace {

constexpr std::size_t frame_samples_max = voice::rate_hz_max / voice::frames_per_second;

// The gain one tick later if nothing limits it: 1 dB more.
std::int32_t released(std::int32_t gain) noexcept {
  return std::min(Limiter::unity, gain + gain / 8 + 1);
}

// The highest gain that a level allows, rounded down.
std::int32_t allowed(std::int32_t level) noexcept {
  // In 16 bits, the lowest value is one larger: a lone talker's -32768 is not too loud.
  if (level <= Limiter::ceiling + 1) return Limiter::unity;
  constexpr std::int64_t numerator = std::int64_t{Limiter::ceiling} * Limiter::unity;
  return static_cast<std::int32_t>(numerator / level);
}

// A gain, and where it applies: 0 is the last sample of the tick before.
struct Point {
  std::int32_t at;
  std::int32_t gain;
};

// Whether `middle` lies on the line from `left` to `right`, or above it.
bool is_above(Point left, Point middle, Point right) noexcept {
  const auto rise = [&](Point to) { return std::int64_t{to.gain} - left.gain; };
  return rise(middle) * (right.at - left.at) >= rise(right) * (middle.at - left.at);
}

// Fills in the straight line from `left` (exclusive) to `right`, rounded down, so never above it.
void draw(Point left, Point right, std::span<std::int32_t> gains) noexcept {
  VOICE_ASSERT(left.at < right.at);
  const std::int32_t length = right.at - left.at;
  const std::int32_t rise = right.gain - left.gain;
  for (std::int32_t at = 1; at <= length; ++at) {
    const std::int32_t part = rise * at;  // at most 2^16 · 960
    const std::int32_t step = part >= 0 ? part / length : -((length - 1 - part) / length);
    gains[static_cast<std::size_t>(left.at + at - 1)] = left.gain + step;
  }
}

}  // namespace

bool Limiter::shape(std::span<std::int32_t> levels) noexcept {
  VOICE_ASSERT(!levels.empty() && levels.size() <= frame_samples_max);
  std::transform(levels.begin(), levels.end(), levels.begin(), allowed);
  const auto lowest = std::min_element(levels.begin(), levels.end());
  VOICE_ASSERT(*lowest > 0);
  if (*lowest < gain_) {
    fall(levels, static_cast<std::size_t>(lowest - levels.begin()));
    return true;
  }
  if (gain_ == unity) return false;
  const std::int32_t end = std::min(released(gain_), *lowest);
  draw({0, gain_}, {static_cast<std::int32_t>(levels.size()), end}, levels);
  gain_ = end;
  return true;
}

// Follows the lower convex hull of the gain before the frame and of the allowed gains up to the
// lowest one: no curve below these has a smaller maximum slope.
void Limiter::fall(std::span<std::int32_t> gains, std::size_t lowest) noexcept {
  std::array<Point, frame_samples_max + 1> hull;
  std::size_t count = 0;
  hull[count++] = {0, gain_};
  for (std::size_t i = 0; i <= lowest; ++i) {
    const Point next{static_cast<std::int32_t>(i + 1), gains[i]};
    while (count > 1 && is_above(hull[count - 2], hull[count - 1], next)) --count;
    hull[count++] = next;
  }
  gain_ = gains[lowest];
  for (std::size_t i = 1; i < count; ++i) draw(hull[i - 1], hull[i], gains);
  std::fill(gains.begin() + static_cast<std::ptrdiff_t>(lowest), gains.end(), gain_);
  VOICE_ASSERT(gain_ > 0 && gain_ < unity);
}

bool Limiter::release(std::span<std::int32_t> gains) noexcept {
  VOICE_ASSERT(!gains.empty() && gains.size() <= frame_samples_max);
  if (gain_ == unity) return false;
  const std::int32_t end = released(gain_);
  draw({0, gain_}, {static_cast<std::int32_t>(gains.size()), end}, gains);
  gain_ = end;
  return true;
}

void Limiter::rest() noexcept {
  gain_ = released(gain_);
}

double Limiter::gain_db() const noexcept {
  return 20.0 * std::log10(static_cast<double>(gain_) / unity);
}

}  // namespace voiced
