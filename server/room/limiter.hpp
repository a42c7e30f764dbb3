// Keeps the sum of many talkers within 16 bits without clipping it. Takes in how loud the loudest
// mix of a tick is at every sample, and gives out one gain for every sample, for all mixes of the
// room. It looks ahead to the end of the frame that is being mixed, so it adds no delay. Integers
// only: the same on every machine (docs/adr/0023).
#pragma once

#include <cstdint>
#include <span>

namespace voiced {

class Limiter {
 public:
  static constexpr int unity_bits = 16;
  static constexpr std::int32_t unity = 1 << unity_bits;  // a gain of 0 dB; all are 1…unity
  static constexpr std::int32_t ceiling = INT16_MAX;      // what no mix exceeds, up or down

  /// Shapes the gain of one tick: what has the magnitude given, times the gain, is at most the
  /// ceiling, at every sample.
  ///  - Where the frame needs less gain than the tick before ended with, the gain falls to that in
  ///    straight lines, no steeper than they must be, and stays down until the end of the frame.
  ///  - Where it does not, the gain rises in one straight line, by at most an eighth (1 dB) a tick:
  ///    6 dB in 120 ms.
  /// @param levels in: the largest magnitude of any mix at each sample, 0…2^28; out: the gains. One
  ///               to frame_samples_max of them (asserted).
  /// Returns whether any gain is below unity; if not, the mixes need not be multiplied.
  bool shape(std::span<std::int32_t> levels) noexcept;

  /// The same for a tick in which no mix exceeds the ceiling. If it returns false, `gains` is
  /// unchanged: all would be unity.
  bool release(std::span<std::int32_t> gains) noexcept;

  /// A tick in which nothing is mixed.
  void rest() noexcept;

  /// At the end of the last tick.
  [[nodiscard]] std::int32_t gain() const noexcept { return gain_; }
  /// The same, in dB: 0 or less.
  [[nodiscard]] double gain_db() const noexcept;

 private:
  void fall(std::span<std::int32_t> gains, std::size_t lowest) noexcept;

  std::int32_t gain_ = unity;
};

}  // namespace voiced
