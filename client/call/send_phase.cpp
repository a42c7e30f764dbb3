#include "client/call/send_phase.hpp"

#include "common/core/assert.hpp"

#include <algorithm>

namespace voicecli {
namespace {

// Longer than the lumps of most cards.
constexpr int window_ticks = voice::frames_per_second;
// At first, the server's jitter buffer has not adapted to a pace yet, so a quick change does no
// harm.
constexpr int first_window_ticks = 10;
// The least that is left, because blocks do not come at exact times.
constexpr std::chrono::milliseconds left_min{1};

}  // namespace

SendPhase::SendPhase(voice::Duration step) noexcept : step_(step) {
  VOICE_ASSERT(step > voice::Duration::zero() && step < voice::frame_duration);
  begin_window(first_window_ticks);
}

void SendPhase::begin_window(int ticks) noexcept {
  window_ticks_ = ticks;
  left_min_ = waited_min_ = voice::Duration::max();
}

void SendPhase::look(bool has_frame, voice::TimePoint now) noexcept {
  looked_at_ = now;
  if (!has_frame) frame_since_.reset();
  if (has_frame && !frame_since_) frame_since_ = now;
}

// If the next frame is already there, its wait begins now.
void SendPhase::note_wait(bool has_another) noexcept {
  const auto since = frame_since_.value_or(looked_at_);
  waited_min_ = std::min(waited_min_, looked_at_ - since);
  frame_since_ = has_another ? std::optional(looked_at_) : std::nullopt;
}

bool SendPhase::puts_off(bool has_frame) noexcept {
  has_frame_ = has_frame;
  if (has_frame || !flows_) return false;
  if ((put_off_ + 1) * step_ >= voice::frame_duration) return false;
  ++put_off_;
  check();
  return true;
}

voice::Duration SendPhase::after_tick(voice::Duration left) noexcept {
  VOICE_ASSERT(left >= voice::Duration::zero());
  put_off_ = 0;
  if (has_frame_ != flows_) begin_window(has_flowed_ ? window_ticks : first_window_ticks);
  flows_ = has_frame_;
  if (!flows_) return voice::Duration::zero();
  has_flowed_ = true;
  left_min_ = std::min(left_min_, left);
  note_wait(left >= voice::frame_duration);
  if (--window_ticks_ > 0) return voice::Duration::zero();
  // A block of whole frames leaves no rest, however long its first frame has waited. That is
  // corrected once, at first: later, the server has adapted to the pace.
  voice::Duration needless = std::max<voice::Duration>(left_min_ - left_min, voice::Duration{0});
  if (is_first_window_) needless = std::max(needless, waited_min_ - step_);
  is_first_window_ = false;
  const auto steps = needless / step_;
  // The smoother removes whole frames of surplus.
  const auto steps_max = (voice::frame_duration - voice::Duration{1}) / step_;
  begin_window(window_ticks);
  check();
  return std::min(steps, steps_max) * step_;
}

void SendPhase::check() const noexcept {
  VOICE_ASSERT(put_off_ >= 0 && put_off_ * step_ < voice::frame_duration);
  VOICE_ASSERT(window_ticks_ > 0);
}

}  // namespace voicecli
