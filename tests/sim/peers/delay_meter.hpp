// Mouth to ear: when was spoken what is heard now? Fed with marks (voice_source.hpp) and the
// speaker's clock.
#pragma once

#include "tests/sim/peers/voice_source.hpp"
#include "tests/sim/world/sample_clock.hpp"

#include <algorithm>
#include <optional>

namespace sim {

class DelayMeter {
 public:
  /// Whoever is listened to now, and the clock he speaks by.
  void listen_to(const SampleClock& speaker) noexcept { speaker_ = speaker; }

  /// `ulaw` begins to sound at `now`.
  void heard(std::span<const std::uint8_t> ulaw, voice::TimePoint now) noexcept {
    if (!speaker_) return;
    const auto mark = first_mark(ulaw);
    if (!mark) return;
    // Spoken when the sample at the front of the frame was.
    last_ =
        now - speaker_->time_of(mark->sample - std::min<std::uint64_t>(mark->offset, mark->sample));
    min_ = frames_ == 0 ? last_ : std::min(min_, last_);
    max_ = frames_ == 0 ? last_ : std::max(max_, last_);
    ++frames_;
  }

  /// Starts a new period of measurement.
  void restart() noexcept { frames_ = 0; }

  [[nodiscard]] std::uint64_t frames() const noexcept { return frames_; }
  [[nodiscard]] voice::Duration min() const noexcept { return min_; }
  [[nodiscard]] voice::Duration max() const noexcept { return max_; }

 private:
  std::optional<SampleClock> speaker_;
  std::uint64_t frames_ = 0;
  voice::Duration last_{0};
  voice::Duration min_{0};
  voice::Duration max_{0};
};

}  // namespace sim
