#include "server/host/farewell.hpp"

#include "common/core/assert.hpp"

#include <utility>

namespace voiced {
namespace {

// For a peer that has received everything and does not close, or from which nothing is awaited.
constexpr std::chrono::seconds moment{1};
constexpr std::chrono::seconds patience{10};

}  // namespace

FarewellStep Farewell::next(const FarewellState& state, voice::TimePoint now) noexcept {
  VOICE_ASSERT(shut_down_ || arrived_ == voice::TimePoint{});
  if (state.peer_closed || now - began_ > limit_) return FarewellStep::end;
  if (!state.all_left) return FarewellStep::wait;
  if (!shut_down_) {
    shut_down_ = true;
    return FarewellStep::shut_down;
  }
  if (!state.all_arrived) return FarewellStep::wait;
  if (arrived_ == voice::TimePoint{}) arrived_ = now;
  VOICE_ASSERT(began_ <= arrived_ && arrived_ <= now);
  return now - arrived_ > moment ? FarewellStep::end : FarewellStep::wait;
}

voice::Duration farewell_limit(CloseReason reason) noexcept {
  switch (reason) {
    case CloseReason::stalled:
    case CloseReason::not_heard:
    case CloseReason::framing_negative_length:
    case CloseReason::framing_too_long:
    case CloseReason::framing_timeout:
      return moment;
    default:
      return patience;
  }
}

PeerId RefusedPeers::add(PeerId newest) noexcept {
  VOICE_ASSERT(!places_.empty());
  VOICE_ASSERT(oldest_ < places_.size());
  const PeerId gone = std::exchange(places_[oldest_], newest);
  oldest_ = (oldest_ + 1) % places_.size();
  return gone;
}

}  // namespace voiced
