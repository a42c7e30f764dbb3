// Finds the part of a queue that nobody needs: samples that were there at every moment of the last
// second are only delay, whatever the lumps in which the queue is emptied. Sizes and times in, a
// surplus out.
#pragma once

#include "common/core/time.hpp"

#include <cstddef>
#include <optional>

namespace voice {

class StandingQueue {
 public:
  /// @param kept_samples a queue may hold this much for ever.
  explicit StandingQueue(std::size_t kept_samples) noexcept : kept_samples_(kept_samples) {}

  /// Call before each push with what the queue holds. Returns how many samples to drop, once a
  /// second; mostly 0.
  [[nodiscard]] std::size_t surplus(std::size_t held_samples, TimePoint now) noexcept;

 private:
  std::size_t kept_samples_;
  std::size_t held_min_ = 0;
  std::optional<TimePoint> window_start_;
};

}  // namespace voice
