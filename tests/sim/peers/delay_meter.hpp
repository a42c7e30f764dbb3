// Measures the delay from mouth to ear: when was said what is heard now? Needs marks
// (voice_source.hpp) and the speaker's clock.
#pragma once

#include "tests/sim/peers/voice_source.hpp"
#include "tests/sim/world/sample_clock.hpp"

#include <algorithm>
#include <optional>

namespace sim {

class DelayMeter {
 public:
  /// The peer that speaks now, and its clock.
  void listen_to(const SampleClock& speaker) noexcept { speaker_ = speaker; }

  /// `ulaw` begins to sound at `now`.
  void heard(std::span<const std::uint8_t> ulaw, voice::TimePoint now) noexcept {
    if (!speaker_) return;
    const auto mark = first_mark(ulaw);
    if (!mark) return;
    // The time at which the first sample of the frame was spoken.
    const std::uint64_t first = mark->sample - std::min<std::uint64_t>(mark->offset, mark->sample);
    if (frames_ != 0 && first != next_) ++jumps_;
    next_ = first + ulaw.size();
    const voice::Duration delay = now - speaker_->time_of(first);
    min_ = frames_ == 0 ? delay : std::min(min_, delay);
    max_ = frames_ == 0 ? delay : std::max(max_, delay);
    ++frames_;
  }

  /// Starts a new measurement.
  void restart() noexcept { frames_ = jumps_ = 0; }

  [[nodiscard]] std::uint64_t frames() const noexcept { return frames_; }
  /// Frames that did not follow the previous one without a gap.
  [[nodiscard]] std::uint64_t jumps() const noexcept { return jumps_; }
  [[nodiscard]] voice::Duration min() const noexcept { return min_; }
  [[nodiscard]] voice::Duration max() const noexcept { return max_; }

 private:
  std::optional<SampleClock> speaker_;
  std::uint64_t frames_ = 0;
  std::uint64_t jumps_ = 0;
  std::uint64_t next_ = 0;  // the sample that should be heard next
  voice::Duration min_{0};
  voice::Duration max_{0};
};

}  // namespace sim
