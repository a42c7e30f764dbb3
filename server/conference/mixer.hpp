// One int32 bus per tick: every contributor is added once; each listener's mix is the bus minus his
// own frame, clamped once at the door out. 2N frame operations instead of N², and no leak of one's
// own voice by clipping.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace voiced {

class Mixer {
 public:
  /// @param samples_max longest frame begin() will be asked for.
  explicit Mixer(std::size_t samples_max) : bus_(samples_max) {}

  /// Clears the bus for a tick of `samples` samples (≤ samples_max; asserted).
  void begin(std::size_t samples) noexcept;

  /// Adds one contributor's frame; as long as the tick (asserted). At most participants_max_limit
  /// per tick.
  void add(std::span<const std::int16_t> pcm) noexcept;

  /// Everybody, clamped to int16.
  void mix(std::span<std::int16_t> out) const noexcept;

  /// Everybody but `own`, which was added this tick; clamped to int16.
  void mix_minus(std::span<const std::int16_t> own, std::span<std::int16_t> out) const noexcept;

 private:
  std::vector<std::int32_t> bus_;
  std::size_t samples_ = 0;
};

}  // namespace voiced
