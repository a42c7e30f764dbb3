// All randomness of a simulation, from one seed. SplitMix64, without the distributions of the
// standard library: those differ between implementations, and a seed must mean the same run
// everywhere.
#pragma once

#include "common/core/time.hpp"

#include <cstddef>
#include <cstdint>

namespace sim {

using voice::Duration;
using voice::TimePoint;

/// Spreads the bits of `value`, so that similar values give unrelated results (SplitMix64's output
/// function).
[[nodiscard]] constexpr std::uint64_t scramble(std::uint64_t value) noexcept {
  value = (value ^ (value >> 30)) * 0xBF58'476D'1CE4'E5B9u;
  value = (value ^ (value >> 27)) * 0x94D0'49BB'1331'11EBu;
  return value ^ (value >> 31);
}

class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept : state_(seed) {}

  std::uint64_t next() noexcept { return scramble(state_ += 0x9E37'79B9'7F4A'7C15u); }

  /// 0…count-1; `count` positive.
  std::uint64_t below(std::uint64_t count) noexcept { return next() % count; }

  /// low…high, both included.
  std::int64_t between(std::int64_t low, std::int64_t high) noexcept {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
  }
  Duration between(Duration low, Duration high) noexcept {
    return Duration{between(low.count(), high.count())};
  }

  /// True in `percent` of a hundred cases.
  bool percent(unsigned percent) noexcept { return below(100) < percent; }
  bool one_in(std::uint64_t count) noexcept { return below(count) == 0; }

  template <class List>
  auto pick(const List& list) noexcept {
    return list[static_cast<std::size_t>(below(list.size()))];
  }

  /// A separate generator for one part of the world, so that its draws do not affect those of
  /// others.
  Random fork() noexcept { return Random{next()}; }

 private:
  std::uint64_t state_;
};

}  // namespace sim
