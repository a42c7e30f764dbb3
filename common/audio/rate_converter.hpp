// Converts frames of 20 ms from one sample rate to another: a windowed sinc in integers. Has no
// state per stream: the caller keeps the samples before a frame (SampleLine), and the position of a
// frame within its second determines the phase. So all streams of a room are in step, and because
// the converter is exactly linear before it rounds, what was added before the conversion can be
// subtracted after it (docs/adr/0030-rooms-at-another-rate.md).
#pragma once

#include "common/audio/audio_format.hpp"
#include "common/core/assert.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace voice {

class RateConverter {
 public:
  /// Computes the filter: 64 taps at the lower rate (40 at 5000 Hz), flat within 0.1 dB up to 0.85
  /// of the lower rate's Nyquist frequency. Allocates up to 6 MiB, for rates that have no common
  /// divisor; 8 to 80 KiB for rates in use.
  RateConverter(AudioFormat from, AudioFormat to);

  /// How many samples before a frame it looks at.
  [[nodiscard]] std::size_t history_samples() const noexcept { return history_; }
  /// By how much later a sound leaves than it came: at most 5 ms; 4 ms at 8000 Hz.
  [[nodiscard]] Duration delay() const noexcept { return from_.duration(taps_ / 2 + slack_); }

  /// Converts one frame. The results are in units of 1 / (1 << unity_bits) of a sample:
  /// converted().
  /// @param tick how many frames of 20 ms both clocks (FrameClock) have counted before
  /// @param line history_samples() samples, and the frame of that tick; the size is asserted
  /// @param out  as long as the frame of that tick at the other rate; asserted
  void convert(std::uint64_t tick, std::span<const std::int16_t> line,
               std::span<std::int32_t> out) const noexcept;
  /// The same for sums of samples, of up to 28 bits.
  void convert(std::uint64_t tick, std::span<const std::int32_t> line,
               std::span<std::int64_t> out) const noexcept;

  static constexpr int unity_bits = 14;
  /// A sample of a result: rounded, and clipped to 16 bits.
  [[nodiscard]] static std::int16_t converted(std::int64_t result) noexcept {
    const std::int64_t sample = (result + (1 << (unity_bits - 1))) >> unity_bits;
    return static_cast<std::int16_t>(std::clamp<std::int64_t>(sample, INT16_MIN, INT16_MAX));
  }

 private:
  struct Place;
  void make_table(double cutoff);
  [[nodiscard]] Place place_of(std::uint64_t tick, std::size_t line,
                               std::size_t out) const noexcept;

  AudioFormat from_;
  AudioFormat to_;
  std::size_t phases_;  // places between two samples at which a result may lie
  std::size_t step_;    // from one result to the next, in such places
  std::size_t slack_;   // a frame may end up to a sample before the moment it ends at
  std::size_t taps_;    // a multiple of 8
  std::size_t history_;
  std::vector<std::int16_t> table_;  // taps_ for each phase; of each, the sum is 1 << unity_bits
};

/// The last samples of a stream: the newest frame, and those before it that a RateConverter needs.
template <class Sample>
class SampleLine {
 public:
  /// Begins with silence. @param frame_max samples of the longest frame
  SampleLine(std::size_t history, std::size_t frame_max)
      : history_(history), samples_(history + frame_max) {}

  /// The next frame; returns where to write it. All other samples are of the frames before.
  [[nodiscard]] std::span<Sample> next(std::size_t count) noexcept {
    VOICE_ASSERT(history_ + count <= samples_.size());
    std::copy_n(samples_.begin() + static_cast<std::ptrdiff_t>(frame_), history_, samples_.begin());
    frame_ = count;
    return std::span{samples_}.subspan(history_, count);
  }
  /// A frame of silence.
  void rest(std::size_t count) noexcept {
    const auto frame = next(count);
    std::fill(frame.begin(), frame.end(), Sample{0});
  }
  /// What came before was silence.
  void clear() noexcept { std::fill(samples_.begin(), samples_.end(), Sample{0}); }

  /// The newest frame.
  [[nodiscard]] std::span<const Sample> frame() const noexcept {
    return std::span{samples_}.subspan(history_, frame_);
  }
  /// For RateConverter::convert(); valid until the next change.
  [[nodiscard]] std::span<const Sample> samples() const noexcept {
    return std::span{samples_}.first(history_ + frame_);
  }

 private:
  std::size_t history_;
  std::size_t frame_ = 0;
  std::vector<Sample> samples_;
};

}  // namespace voice
