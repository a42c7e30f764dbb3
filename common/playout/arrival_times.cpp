#include "common/playout/arrival_times.hpp"

namespace voice {

void ArrivalTimes::begin_group(std::uint64_t position, TimePoint now) noexcept {
  if (count_ == groups_max) return;
  (*groups_)[(front_ + count_) % groups_max] = {position, now};
  newest_ = now;
  if (count_ == 1) second_ = position;
  ++count_;
}

void ArrivalTimes::drop_oldest_group() noexcept {
  front_ = (front_ + 1) % groups_max;
  --count_;
  oldest_ = (*groups_)[front_].since;
  second_ = count_ > 1 ? (*groups_)[(front_ + 1) % groups_max].first : none;
}

}  // namespace voice
