// Decides when a frame from the microphone is sent. Ticks come every 20 ms, but a frame may become
// full at any moment between them, so it would wait 10 ms for the tick on average, and up to 20. So
// the ticks are moved to where a frame has just become full, and follow it when the card's clock
// and ours disagree. Has no clock. Pure.
#pragma once

#include "common/core/time.hpp"

#include <cstddef>
#include <optional>

namespace voicecli {

class SendPhase {
 public:
  /// @param step by which ticks can be moved: how often there is an opportunity for one.
  explicit SendPhase(voice::Duration step) noexcept;

  /// Call it at every opportunity, before a tick.
  /// @param has_frame a whole frame is there to be sent
  void look(bool has_frame, voice::TimePoint now) noexcept;

  /// A tick is due. True: put it off by a step, because the next frame is about to be full, and
  /// would wait for another 20 ms otherwise.
  /// @param has_frame a whole frame is there to be sent
  [[nodiscard]] bool puts_off(bool has_frame) noexcept;

  /// A tick is over. Returns by how much the next ones should come earlier: a number of steps,
  /// mostly zero.
  /// @param left captured, and not sent yet
  [[nodiscard]] voice::Duration after_tick(voice::Duration left) noexcept;

 private:
  void begin_window(int ticks) noexcept;
  void note_wait(bool has_another) noexcept;
  void check() const noexcept;

  voice::Duration step_;
  bool flows_ = false;  // the tick before had a frame
  bool has_flowed_ = false;
  bool has_frame_ = false;
  bool is_first_window_ = true;
  int put_off_ = 0;  // times in a row
  int window_ticks_ = 0;
  voice::Duration left_min_ = voice::Duration::max();    // in this window
  voice::Duration waited_min_ = voice::Duration::max();  // before they were sent: since look()
  voice::TimePoint looked_at_;
  std::optional<voice::TimePoint> frame_since_;  // none: there is none
};

}  // namespace voicecli
