// Measures how much of an echo is removed, in dB: the microphone's level before processing against
// its level afterwards, while the loudspeaker plays. Values in, a figure out.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace voicecli {

class EchoMeter {
 public:
  /// Adds one block: what was played, the microphone's mean_power() before processing, and its
  /// samples afterwards. Both spans are equally long.
  void add(std::span<const std::int16_t> loudspeaker, double power_before,
           std::span<const std::int16_t> after) noexcept;

  /// Mean over about the last second in which the loudspeaker played; none until it has played for
  /// half a second. Near zero while both ends talk.
  [[nodiscard]] std::optional<double> reduction_db() const noexcept;

  void reset() noexcept { *this = EchoMeter{}; }

 private:
  double before_ = 0;
  double after_ = 0;
  int blocks_ = 0;
};

/// Mean square of the samples; 0 if there are none.
[[nodiscard]] double mean_power(std::span<const std::int16_t> pcm) noexcept;

}  // namespace voicecli
