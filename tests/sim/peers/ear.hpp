// Tells which tones are heard, in windows of 200 ms.
#pragma once

#include "common/audio/tone.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace sim {

/// The tones that peers send: whole numbers of periods in every window, and far enough apart.
inline constexpr std::array<int, 6> tones_hz{400, 550, 700, 850, 1000, 1150};
inline constexpr double tone_amplitude = 4000;

class Ear {
 public:
  /// The next sound that is heard. Another rate starts another window.
  void heard(std::span<const std::int16_t> pcm, voice::AudioFormat format) {
    if (format_hz_ != format.rate_hz()) window_.clear();
    format_hz_ = format.rate_hz();
    window_.insert(window_.end(), pcm.begin(), pcm.end());
    if (window_.size() < 10 * format.samples_per_frame()) return;
    for (std::size_t i = 0; i < tones_hz.size(); ++i) {
      // The level of a pure tone with the amplitude that all tones have is 1.
      const double level =
          voice::goertzel_rms(window_, format, tones_hz[i]) * 1.4142 / tone_amplitude;
      min_[i] = windows_ == 0 ? level : std::min(min_[i], level);
      max_[i] = windows_ == 0 ? level : std::max(max_[i], level);
      most_[i] = std::max(most_[i], level);
    }
    ++windows_;
    window_.clear();
  }

  /// Starts a new period of measurement.
  void restart() noexcept {
    windows_ = 0;
    window_.clear();
  }
  [[nodiscard]] int windows() const noexcept { return windows_; }
  /// The lowest and the highest level of a tone in this period.
  [[nodiscard]] double min(std::size_t tone) const { return min_.at(tone); }
  [[nodiscard]] double max(std::size_t tone) const { return max_.at(tone); }
  /// The highest level of all time.
  [[nodiscard]] double most(std::size_t tone) const { return most_.at(tone); }

 private:
  int format_hz_ = 0;
  int windows_ = 0;
  std::vector<std::int16_t> window_;
  std::array<double, tones_hz.size()> min_{};
  std::array<double, tones_hz.size()> max_{};
  std::array<double, tones_hz.size()> most_{};
};

}  // namespace sim
