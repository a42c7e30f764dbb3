// The clocks of the load generator: the steady clock for the schedule and for arrivals. The kernel
// stamps arrivals with the wall clock; ClockPair converts those stamps to steady time.
#pragma once

#include "common/core/time.hpp"

#include <time.h>

#include <chrono>

namespace voicebench {

using voice::Duration;
using voice::TimePoint;

[[nodiscard]] inline TimePoint now() noexcept {
  return std::chrono::steady_clock::now();
}

[[nodiscard]] inline double to_ms(Duration duration) noexcept {
  return std::chrono::duration<double, std::milli>(duration).count();
}

[[nodiscard]] inline double to_s(Duration duration) noexcept {
  return std::chrono::duration<double>(duration).count();
}

/// Both clocks at one moment. Read them again often, because the wall clock may be stepped.
class ClockPair {
 public:
  ClockPair() noexcept : steady_(now()), wall_(std::chrono::system_clock::now()) {}

  [[nodiscard]] TimePoint now_steady() const noexcept { return steady_; }

  [[nodiscard]] TimePoint steady(const timespec& wall) const noexcept {
    const auto since_epoch =
        std::chrono::seconds{wall.tv_sec} + std::chrono::nanoseconds{wall.tv_nsec};
    return steady_ + (since_epoch - wall_.time_since_epoch());
  }

 private:
  TimePoint steady_;
  std::chrono::system_clock::time_point wall_;
};

}  // namespace voicebench
