// Tells how many samples are due: the clock of every device that has none of its own (files, tone,
// null, pipes). Time in, a count out. Exact: any whole number of seconds yields exactly that many
// times `rate` samples.
#pragma once

#include "common/audio/audio_format.hpp"
#include "common/core/time.hpp"

#include <cstdint>
#include <optional>

namespace voice {

class Pacer {
 public:
  /// The clock starts with the first due().
  /// @param lead        this much is due at the start already.
  /// @param backlog_max what has not been taken for longer than this is given up: after a stall (a
  /// suspended
  ///                    laptop) the device goes on, it does not make up for lost time.
  Pacer(AudioFormat format, Duration lead, Duration backlog_max) noexcept;

  /// Samples that may be taken now.
  [[nodiscard]] std::size_t due(TimePoint now) noexcept;

  /// Counts `samples` as taken; more than due is allowed and waited for later.
  void take(std::size_t samples) noexcept { taken_ += static_cast<std::int64_t>(samples); }

  /// Makes this many more samples due.
  void give(std::size_t samples) noexcept { taken_ -= static_cast<std::int64_t>(samples); }

  /// The next due() restarts the clock.
  void restart() noexcept { start_.reset(); }

 private:
  [[nodiscard]] std::int64_t samples(Duration duration) const noexcept;

  int rate_hz_;
  Duration lead_;
  std::int64_t backlog_samples_max_;
  std::optional<TimePoint> start_;
  std::int64_t taken_ = 0;
};

/// A file's samples exist already, so being early costs no delay: with 25 ms in hand, a tick that
/// comes up to 5 ms before its time still finds a whole frame.
inline constexpr std::chrono::milliseconds capture_lead{25};
/// As far as the tick schedule catches up (10 ticks); more would only overflow the buffers behind
/// it.
inline constexpr std::chrono::milliseconds capture_backlog_max{200};
/// A recording keeps its time line over any stall a busy machine produces, but not over a suspend.
inline constexpr std::chrono::milliseconds playback_backlog_max{1000};

}  // namespace voice
