// Limits the share of each tick that is spent on clients that take no part in the call, whatever
// they send. Has no clock: the caller measures what each piece of work has cost.
#pragma once

#include "common/core/assert.hpp"
#include "common/core/time.hpp"

#include <algorithm>

namespace voiced {

class WorkBudget {
 public:
  explicit WorkBudget(voice::Duration per_tick) noexcept : per_tick_(per_tick), left_(per_tick) {}

  /// Whether a piece of work may begin. It may cost more than is left; later ticks then pay for it.
  [[nodiscard]] bool any_left() const noexcept { return left_ > voice::Duration::zero(); }

  /// A piece of work took this long. A pause of the whole process counts, too, so the debt has a
  /// limit.
  void spend(voice::Duration cost) noexcept {
    VOICE_ASSERT(cost >= voice::Duration::zero());
    left_ = std::max(left_ - cost, -debt_ticks_max * per_tick_);
    VOICE_ASSERT(left_ <= per_tick_);
  }

  /// What a tick leaves unused is not saved up for the next.
  void ticked() noexcept { left_ = std::min(left_ + per_tick_, per_tick_); }

 private:
  static constexpr int debt_ticks_max = 25;  // half a second

  voice::Duration per_tick_;
  voice::Duration left_;
};

}  // namespace voiced
