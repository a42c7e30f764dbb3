// Finds the pitch period of a voice: the shift at which it is most similar to itself. Removing or
// repeating one period makes the voice faster or slower and changes nothing else.
#pragma once

#include "common/audio/audio_format.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace voice {

/// Voices repeat themselves 66 to 400 times a second.
inline constexpr std::chrono::microseconds period_min{2500};
inline constexpr std::chrono::microseconds period_max{15000};

/// The same in samples, and how many samples are compared: as many as the longest period has.
struct PitchRange {
  explicit PitchRange(AudioFormat format) noexcept;
  std::size_t lag_min;
  std::size_t lag_max;
  std::size_t window;
};

struct Period {
  std::size_t samples;  // lag_min…lag_max
  float likeness;       // normalised correlation: -1…1; 0 of silence
};

/// The period by which the `window` samples from `at` on are most like those before:
/// at >= lag_max, and at + window <= sound.size(); asserted.
[[nodiscard]] Period period_before(std::span<const std::int16_t> sound, std::size_t at,
                                   PitchRange range) noexcept;
/// The same for the samples after them: at + lag_max + window <= sound.size(); asserted.
[[nodiscard]] Period period_after(std::span<const std::int16_t> sound, std::size_t at,
                                  PitchRange range) noexcept;

}  // namespace voice
