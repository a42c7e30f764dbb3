// Replaces missing sound: the last pitch periods continue for 10 ms, then fade out within 50 ms
// while noise at the talker's own noise floor fades in, which ends after half a second (based on
// ITU-T G.711 Appendix I). If little is known, it only fades out. Adds no delay.
#pragma once

#include "common/audio/audio_format.hpp"
#include "common/audio/pitch.hpp"
#include "common/core/assert.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace voice {

class Concealment {
 public:
  explicit Concealment(AudioFormat format);

  /// Gives it memory for the next concealment: history_samples() of it, which outlive that.
  void use(std::span<std::int16_t> history) noexcept {
    VOICE_ASSERT(history.size() == history_samples());
    history_ = history;
  }

  /// How many of the samples played last begin() uses; it also works with fewer.
  [[nodiscard]] std::size_t history_samples() const noexcept {
    return periods_max * range_.lag_max + range_.lag_max / 4;
  }

  /// Sound is missing from here on, after `played`: up to history_samples() samples (asserted).
  /// @param noise_power mean square of the talker's pauses; 0: silence after 60 ms.
  void begin(std::span<const std::int16_t> played, double noise_power) noexcept;

  /// The talker pauses: only noise is heard from here on, for twice as long.
  void begin_pause(double noise_power) noexcept;

  /// Writes what is heard next, after begin() or after the last call.
  void extend(std::span<std::int16_t> out) noexcept;

  /// Sound begins again with `sound`: cross-fades into it from what would be heard next.
  void end(std::span<std::int16_t> sound) noexcept;

  /// How many samples extend() has made since begin().
  [[nodiscard]] std::size_t extended() const noexcept { return extended_; }
  /// Only silence follows.
  [[nodiscard]] bool is_silent() const noexcept {
    return extended_ >= (noise_amplitude_ == 0 ? fade_end_ : noise_end_);
  }

  /// By which it finds what to repeat.
  [[nodiscard]] const PitchRange& range() const noexcept { return range_; }

 private:
  static constexpr std::size_t periods_max = 3;

  [[nodiscard]] std::int16_t next() noexcept;
  [[nodiscard]] int repeated(std::size_t at, std::size_t periods) const noexcept;
  [[nodiscard]] int noise() noexcept;
  void set_noise(double noise_power) noexcept;
  void begin_with_little() noexcept;

  PitchRange range_;
  std::uint32_t tenth_;       // 10 ms
  std::uint32_t fade_begin_;  // of the repetition, and
  std::uint32_t fade_end_;    // 60 ms; earlier if little is known
  std::uint32_t noise_end_;   // 500 ms; in a pause, a second
  std::span<std::int16_t> history_ = {};
  std::size_t held_ = 0;    // samples at the end of history_ that are of the talker
  std::size_t period_ = 0;  // 0: too little is known, so that nothing is repeated
  int step_ = 0;            // from the end of what was played to the beginning of the repetition
  int noise_amplitude_ = 0;
  int noise_last_ = 0;
  std::uint32_t random_ = 1;
  std::size_t extended_ = 0;
};

}  // namespace voice
