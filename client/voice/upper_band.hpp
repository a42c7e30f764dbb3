// What a voice has above the band that is processed (docs/adr/0028-upper-band.md). Takes the
// microphone's samples, and each block of the band before and after it was processed; adds what is
// above the band to the voice, delayed as the processor delays the band, and turned down as the
// processor has turned down the upper end of the band. Pure. Owned by VoicePath.
#pragma once

#include "common/device/resampler.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace voicecli {

class UpperBand {
 public:
  /// @param rate_hz       of the microphone and of the voice
  /// @param band_rate_hz  of the band; lower
  /// @param delay_samples by which the processor delays the band, at band_rate_hz
  UpperBand(int rate_hz, int band_rate_hz, std::size_t delay_samples);

  /// The microphone's next samples, after all earlier ones.
  void hear(std::span<const std::int16_t> microphone);

  /// The next block of the band, and what became of it; at most 10 ms.
  /// @param voice what the block adds to the voice so far, without the upper band, which is added.
  ///        As long as a Resampler from band_rate_hz to rate_hz makes a block, whose filters are
  ///        those of VoicePath; asserted.
  void add(std::span<const std::int16_t> before, std::span<const std::int16_t> after,
           std::span<std::int16_t> voice);

  /// Of the upper band in the last block, 0…4.
  [[nodiscard]] double gain() const noexcept { return gain_; }

 private:
  void follow(std::span<const std::int16_t> before, std::span<const std::int16_t> after);

  voice::Resampler up_;
  std::vector<std::int16_t> near_;    // heard, and not passed on yet
  std::vector<std::int16_t> band_;    // a block of the band at rate_hz
  std::vector<std::int16_t> before_;  // of the band, as long as the processor's delay and a block
  std::vector<std::int32_t> above_;   // what is above the band, and waits for its block
  double gain_ = 1;
};

}  // namespace voicecli
