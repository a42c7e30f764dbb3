// What one talker has said lately and what it has heard, as 2000 points a second: finds out whether
// what it says is what it heard a while ago, as an open loudspeaker beside a microphone makes it.
// Owned by a HowlGuard (docs/adr/0033-howl-guard.md).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace voiced {

/// How much of what a talker says is an echo of what it hears.
struct Coupling {
  double correlation = 0;  // with what it heard `lag` points ago: at most 1
  double next_best = 0;    // the same at any other lag, 10 ms or more away
  double gain = 0;         // root mean square of what it says, divided by that of what it heard
  std::size_t lag = 0;     // loop_lag_min…loop_lag_max; 0: nothing is known
};

inline constexpr std::size_t loop_points_per_tick = 40;
inline constexpr std::size_t loop_window_ticks = 16;  // 320 ms are compared
inline constexpr std::size_t loop_ticks = 59;         // 1.18 s are remembered
inline constexpr std::size_t loop_lag_min = 120;      // 60 ms
inline constexpr std::size_t loop_lag_max =
    (loop_ticks - loop_window_ticks) * loop_points_per_tick;  // 860 ms

using LoopPoints = std::array<std::int16_t, loop_points_per_tick>;

class LoopTrack {
 public:
  static constexpr std::uint32_t nobody = UINT32_MAX;

  /// Follows another talker, of which nothing is known yet.
  void follow(std::uint32_t slot) noexcept;
  [[nodiscard]] std::uint32_t slot() const noexcept { return slot_; }

  /// Adds a tick. `heard` is what all others said in it.
  void add(const LoopPoints& said, const LoopPoints& heard) noexcept;

  /// Compares the last 320 ms of what it said with what it heard before. Takes long: ask seldom.
  [[nodiscard]] Coupling compare() const noexcept;

  /// Whether it has become louder by 10 dB or more, from a level above silence, since it is
  /// followed: a howl grows, a test tone starts at its level.
  [[nodiscard]] bool has_grown() const noexcept { return has_grown_; }
  /// Mean square of what it said in the last tick.
  [[nodiscard]] double power() const noexcept { return power_; }

  /// Comparisons in a row that found an echo, and where; HowlGuard counts them.
  int hits = 0;
  std::size_t lag = 0;

 private:
  static constexpr std::size_t points_ = loop_ticks * loop_points_per_tick;

  std::uint32_t slot_ = nobody;
  std::size_t ticks_ = 0;  // remembered
  std::size_t next_ = 0;   // tick to be overwritten
  bool has_grown_ = false;
  double power_ = 0;
  double least_ = 0;  // power of the quietest tick that was not silent; 0: none yet
  std::array<std::int16_t, points_> said_{};
  std::array<std::int16_t, points_> heard_{};
};

/// Mean square of the points.
[[nodiscard]] double mean_power(const LoopPoints& points) noexcept;

}  // namespace voiced
