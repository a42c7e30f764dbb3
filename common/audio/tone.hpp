// A sine source of any length and rate: test signals and the `tone:HZ` input device.
#pragma once

#include "common/audio/audio_format.hpp"

#include <cstdint>
#include <span>

namespace voice {

class Tone {
 public:
  /// @param frequency_hz 1…rate/2 exclusive; asserted.
  /// @param amplitude    peak in samples' units, 0…32767.
  Tone(AudioFormat format, double frequency_hz, double amplitude = 8192.0) noexcept;

  /// Fills `out` with the samples that follow those of the last call, without a phase jump.
  void generate(std::span<std::int16_t> out) noexcept;

 private:
  double amplitude_;
  double step_;       // radians per sample
  double phase_ = 0;  // radians, kept in [0, 2π)
};

/// Power of one frequency in `pcm` by Goertzel's algorithm, as the RMS amplitude of that sine in
/// samples' units: a pure sine of peak A at `frequency_hz` reads A/√2. `pcm` should span many
/// periods.
[[nodiscard]] double goertzel_rms(std::span<const std::int16_t> pcm, AudioFormat format,
                                  double frequency_hz) noexcept;

}  // namespace voice
