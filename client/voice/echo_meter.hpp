// How much of an echo is removed, in dB: the microphone's level before processing against the level
// after it, while the loudspeaker plays. Values in, a figure out.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace voicecli {

class EchoMeter {
 public:
  /// One block of each, equally long.
  void add(std::span<const std::int16_t> loudspeaker, double power_before,
           std::span<const std::int16_t> after) noexcept;

  /// Mean over about the last second in which the loudspeaker played; none before there was half a
  /// second of it. Near zero while both ends talk.
  [[nodiscard]] std::optional<double> reduction_db() const noexcept;

  void reset() noexcept { *this = EchoMeter{}; }

 private:
  double before_ = 0;
  double after_ = 0;
  int blocks_ = 0;
};

/// Mean square of samples; 0 of none.
[[nodiscard]] double mean_power(std::span<const std::int16_t> pcm) noexcept;

}  // namespace voicecli
