// The generator's own clock: slots of 1 ms with absolute deadlines, twenty per frame. Reports how
// late it is, because a generator that falls behind measures itself and not the server.
#pragma once

#include "tests/bench/voicebench_histogram.hpp"

#include <thread>

namespace voicebench {

inline constexpr std::chrono::milliseconds slot_duration{1};
inline constexpr std::size_t slots_per_frame = voice::frame_duration / slot_duration;

class Pace {
 public:
  explicit Pace(TimePoint start) noexcept : start_(start) {}

  /// Waits for the next slot and returns its number: 0, 1, 2, … Slots are never skipped, only late.
  std::size_t wait() {
    const TimePoint due = start_ + slot_duration * static_cast<std::int64_t>(next_);
    if (now() < due) std::this_thread::sleep_until(due);
    lateness_.add(now() - due);
    return next_++;
  }

  [[nodiscard]] const Histogram& lateness() const noexcept { return lateness_; }
  void forget_lateness() { lateness_ = Histogram{}; }

 private:
  TimePoint start_;
  std::size_t next_ = 0;
  Histogram lateness_;
};

}  // namespace voicebench
