// Keeps the sum of many talkers within 16 bits without clipping it. Takes the level of the loudest
// mix at each sample of a tick, and returns one gain for each sample, which applies to all mixes of
// the room. It looks ahead to the end of the frame that is being mixed, so it adds no delay.
// Integers only: the same on every machine (docs/adr/0023).
#pragma once

#include <cstdint>
#include <span>

namespace voiced {

class Limiter {
 public:
  static constexpr int unity_bits = 16;
  static constexpr std::int32_t unity = 1 << unity_bits;  // a gain of 0 dB; gains are 1…unity
  static constexpr std::int32_t ceiling = INT16_MAX;      // no mix exceeds it in magnitude

  /// Computes the gains of one tick: at every sample, the level times the gain is at most the
  /// ceiling.
  ///  - If the frame needs a lower gain than that at the end of the last tick, the gain falls to it
  ///    in straight lines, no steeper than necessary, and stays there until the end of the frame.
  ///  - If it does not, the gain rises in one straight line, by at most an eighth (1 dB) a tick:
  ///    6 dB in 120 ms.
  /// @param levels in: the largest magnitude of any mix at each sample, 0…2^28; out: the gains. One
  ///               to frame_samples_max of them (asserted).
  /// Returns whether any gain is below unity; if not, the mixes need not be multiplied.
  bool shape(std::span<std::int32_t> levels) noexcept;

  /// The same for a tick in which no mix exceeds the ceiling. If it returns false, `gains` is
  /// unchanged: all would be unity.
  bool release(std::span<std::int32_t> gains) noexcept;

  /// Call it for a tick in which nothing is mixed.
  void rest() noexcept;

  /// The gain at the end of the last tick.
  [[nodiscard]] std::int32_t gain() const noexcept { return gain_; }
  /// The same, in dB: 0 or less.
  [[nodiscard]] double gain_db() const noexcept;

 private:
  void fall(std::span<std::int32_t> gains, std::size_t lowest) noexcept;

  std::int32_t gain_ = unity;
};

}  // namespace voiced
