// What one receiver heard: how many frames, and how evenly.
#pragma once

#include "tests/bench/voicebench_histogram.hpp"

#include <algorithm>

namespace voicebench {

/// A frame that comes later than this after the previous one is audibly late.
inline constexpr std::chrono::milliseconds gap_late{30};

/// The measured time: [begin, end).
struct Window {
  TimePoint begin = TimePoint::max();
  TimePoint end = TimePoint::max();
};

class Ear {
 public:
  /// Counts frames read between the first and the last reading of everybody.
  void count(std::size_t frames) noexcept { frames_ += frames; }

  /// `count` frames came in one read, the last of them at `arrival`. All are assumed to have come
  /// then, which makes the first gap longer, never shorter.
  void note_gaps(std::size_t count, TimePoint arrival, const Window& window, Histogram& gaps) {
    if (arrival >= window.begin && last_ < window.end) {
      add_gap(arrival - first_possible(window), gaps);
      for (std::size_t i = 1; i < count; ++i) add_gap(Duration{0}, gaps);
    }
    last_ = arrival;
  }

  /// Call it once at `now`, after the window: silence that has not ended yet is a gap, too.
  void finish(TimePoint now, const Window& window, Histogram& gaps) {
    const TimePoint since = first_possible(window);
    if (last_ < window.end && now - since > gap_late) add_gap(now - since, gaps);
  }

  [[nodiscard]] std::size_t frames() const noexcept { return frames_; }
  [[nodiscard]] Duration gap_max() const noexcept { return gap_max_; }
  /// Whether the p99 of this receiver's gaps is late.
  [[nodiscard]] bool is_disturbed() const noexcept { return gaps_late_ * 100 > gaps_; }

 private:
  // A client that heard nothing before the window is not blamed for the time before it.
  [[nodiscard]] TimePoint first_possible(const Window& window) const noexcept {
    return last_ == TimePoint{} ? window.begin : last_;
  }

  void add_gap(Duration gap, Histogram& gaps) {
    gaps.add(gap);
    ++gaps_;
    gap_max_ = std::max(gap_max_, gap);
    if (gap >= gap_late) ++gaps_late_;
  }

  TimePoint last_{};
  Duration gap_max_{0};
  std::size_t frames_ = 0;
  std::size_t gaps_ = 0;
  std::size_t gaps_late_ = 0;
};

}  // namespace voicebench
