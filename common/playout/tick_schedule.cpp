#include "common/playout/tick_schedule.hpp"

namespace voice {

bool TickSchedule::take(TimePoint now) noexcept {
  if (now < next_) return false;
  const auto behind = (now - next_) / period_;
  if (behind > catch_up_max_) {
    // A suspended machine or a stopped process: playing minutes of backlog would only be delay.
    const auto skip = behind - catch_up_max_;
    next_ += skip * period_;
    skipped_ += static_cast<std::uint64_t>(skip);
  }
  lateness_ = now - next_;
  next_ += period_;
  return true;
}

}  // namespace voice
