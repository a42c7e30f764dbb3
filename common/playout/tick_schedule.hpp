// Absolute 20 ms deadlines: `next += 20 ms`, never `now + 20 ms`, which would drift. Catch-up is
// bounded.
#pragma once

#include "common/core/time.hpp"

#include <cstdint>

namespace voice {

class TickSchedule {
 public:
  /// The first tick is due at `start`.
  /// @param catch_up_max the most ticks that are made up for, one after the other; older ones are
  ///                     skipped and counted.
  explicit TickSchedule(
      TimePoint start, Duration period = frame_duration,
      int catch_up_max = 10) noexcept  // 10 ticks = 200 ms, the age limit of audio
      : next_(start), period_(period), catch_up_max_(catch_up_max) {}

  /// When the next tick is due.
  [[nodiscard]] TimePoint next() const noexcept { return next_; }

  /// True when a tick is due at `now`; moves on to the following one. Call in a loop until false.
  /// `lateness()` then tells how late this tick is.
  bool take(TimePoint now) noexcept;

  /// All ticks that are not due yet come later by `by`, or earlier if it is negative.
  void shift(Duration by) noexcept { next_ += by; }

  [[nodiscard]] Duration lateness() const noexcept { return lateness_; }
  [[nodiscard]] std::uint64_t skipped() const noexcept { return skipped_; }

 private:
  TimePoint next_;
  Duration period_;
  int catch_up_max_;
  Duration lateness_{0};
  std::uint64_t skipped_ = 0;
};

}  // namespace voice
