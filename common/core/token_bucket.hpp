// Limits a rate and allows bursts: tokens flow in with time, every event takes one. Time is an
// argument.
#pragma once

#include "common/core/assert.hpp"
#include "common/core/time.hpp"

#include <algorithm>

namespace voice {

class TokenBucket {
 public:
  /// Starts full. @param per_second and @param burst positive; asserted.
  TokenBucket(double per_second, double burst) noexcept
      : per_second_(static_cast<float>(per_second)),
        burst_(static_cast<float>(burst)),
        tokens_(burst_) {
    VOICE_ASSERT(per_second > 0);
    VOICE_ASSERT(burst > 0);
  }

  /// Takes a token if there is one. `now` never runs backwards; the first call starts the clock.
  [[nodiscard]] bool take(TimePoint now) noexcept {
    refill(now);
    if (tokens_ < 1.0) return false;
    tokens_ -= 1.0;
    VOICE_ASSERT(tokens_ >= 0);
    return true;
  }

  /// From now on another rate and burst; tokens beyond the new burst are lost, none are given.
  void set_limits(double per_second, double burst) noexcept {
    VOICE_ASSERT(per_second > 0);
    VOICE_ASSERT(burst > 0);
    per_second_ = static_cast<float>(per_second);
    burst_ = static_cast<float>(burst);
    tokens_ = std::min<double>(tokens_, burst_);
  }

  /// True when takers have been slower than the rate for so long that half a burst is allowed
  /// again.
  [[nodiscard]] bool calm() const noexcept { return tokens_ >= static_cast<double>(burst_) / 2; }

 private:
  void refill(TimePoint now) noexcept {
    if (last_ != TimePoint{}) {
      const std::chrono::duration<double> elapsed = now - last_;
      tokens_ =
          std::min<double>(burst_, tokens_ + elapsed.count() * static_cast<double>(per_second_));
    }
    last_ = now;
    VOICE_ASSERT(tokens_ <= burst_);
  }

  float per_second_;  // each peer has two of these
  float burst_;
  double tokens_;
  TimePoint last_{};
};

}  // namespace voice
