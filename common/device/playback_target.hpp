// Decides how many samples the loudspeaker's ring should hold: as few as possible, because they are
// delay, but enough that the callback never runs dry between two writes. Starts small, grows if it
// was too small, and shrinks again if a part of it has not been needed for some seconds.
#pragma once

#include "common/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace voice {

class PlaybackTarget {
 public:
  /// The loop that writes.
  struct Writer {
    std::chrono::milliseconds interval{20};  // it writes at least this often …
    std::chrono::milliseconds lateness{10};  // … and comes this late now and then
  };
  /// @param block_samples what the card asks for at once.
  PlaybackTarget(int rate_hz, std::size_t block_samples, Writer writer) noexcept;
  PlaybackTarget(int rate_hz, std::size_t block_samples) noexcept
      : PlaybackTarget(rate_hz, block_samples, Writer{}) {}

  /// What the card has done, and what the ring holds, before a write.
  struct Observation {
    std::uint64_t gap_samples = 0;  // the card's count of invented samples
    std::size_t held_samples = 0;   // in the ring
    // The last write left as much in the ring as had been asked for: if it ran dry all the same,
    // that was too little; if not, the writer is to blame and more would not help.
    bool was_full = false;
  };
  /// Call before each write.
  void observe(const Observation& seen, TimePoint now) noexcept;

  [[nodiscard]] std::size_t samples() const noexcept { return samples_; }

 private:
  void widen_window(TimePoint now) noexcept;
  void shrink_if_unneeded(std::size_t held_samples, TimePoint now) noexcept;

  std::size_t step_samples_;
  std::size_t block_samples_;
  std::size_t samples_min_;
  std::size_t samples_max_;
  std::size_t samples_;
  std::uint64_t gap_samples_ = 0;
  Duration window_{std::chrono::seconds{2}};
  std::optional<TimePoint> last_gap_;
  std::optional<TimePoint> window_start_;
  std::size_t held_min_ = 0;  // within the window
};

}  // namespace voice
