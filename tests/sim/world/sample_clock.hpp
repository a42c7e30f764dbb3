// A sound card's crystal, which counts samples a little too fast or too slow. In exact integers, so
// that a week of drift is the same on every machine.
#pragma once

#include "common/core/time.hpp"

#include <cstdint>

namespace sim {

class SampleClock {
 public:
  /// @param ppm by how many millionths the crystal is fast (negative: slow)
  SampleClock(int rate_hz, int ppm, voice::TimePoint start) noexcept
      : samples_per_million_seconds_(std::int64_t{rate_hz} * (1'000'000 + ppm)), start_(start) {}

  /// The number of samples that have passed at `now`.
  [[nodiscard]] std::uint64_t position(voice::TimePoint now) const noexcept {
    const std::int64_t micros =
        std::chrono::duration_cast<std::chrono::microseconds>(now - start_).count();
    const std::int64_t whole = (micros / 1'000'000) * samples_per_million_seconds_;
    const std::int64_t part = (micros % 1'000'000) * samples_per_million_seconds_ / 1'000'000;
    return static_cast<std::uint64_t>((whole + part) / 1'000'000);
  }

  /// When sample number `position` passed, to the microsecond.
  [[nodiscard]] voice::TimePoint time_of(std::uint64_t position) const noexcept {
    const double seconds =
        static_cast<double>(position) * 1e6 / static_cast<double>(samples_per_million_seconds_);
    return start_ + std::chrono::microseconds{static_cast<std::int64_t>(seconds * 1e6)};
  }

 private:
  std::int64_t samples_per_million_seconds_;
  voice::TimePoint start_;
};

}  // namespace sim
