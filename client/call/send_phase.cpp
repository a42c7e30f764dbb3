#include "client/call/send_phase.hpp"

#include "common/core/assert.hpp"

#include <algorithm>

namespace voicecli {
namespace {

// Longer than the lumps of most cards.
constexpr int window_ticks = voice::frames_per_second;
// At first, the server has not got used to a pace yet, so that it costs nothing to be quick.
constexpr int first_window_ticks = 10;
// So much is left at least: blocks do not come at exact times.
constexpr std::chrono::milliseconds left_min{1};

}  // namespace

SendPhase::SendPhase(voice::Duration step) noexcept : step_(step) {
  VOICE_ASSERT(step > voice::Duration::zero() && step < voice::frame_duration);
  begin_window(first_window_ticks);
}

void SendPhase::begin_window(int ticks) noexcept {
  window_ticks_ = ticks;
  left_min_ = voice::Duration::max();
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
  if (--window_ticks_ > 0) return voice::Duration::zero();
  const auto steps = std::max<voice::Duration>(left_min_ - left_min, voice::Duration{0}) / step_;
  // A whole frame too much is the smoother's business.
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
