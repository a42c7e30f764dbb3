// One int32 bus per tick: every contributor is added once; each listener's mix is the bus minus its
// own frame, clipped once at the door out. 2N frame operations instead of N², and no leak of one's
// own voice by clipping. µ-law in, µ-law out: linear samples live on the bus only.
#pragma once

#include "common/core/bytes.hpp"
#include "server/conference/mix_kernels.hpp"

#include <cstdint>
#include <span>

namespace voiced {

class Mixer {
 public:
  /// @param samples_max longest frame begin() will be asked for.
  explicit Mixer(std::size_t samples_max, const MixKernels& kernels = best_mix_kernels());

  /// Clears the bus for a tick of `samples` samples (≤ samples_max; asserted).
  void begin(std::size_t samples) noexcept;

  /// Adds the frames of one to mix_group_frames contributors; each as long as the tick (asserted).
  /// At most participants_max_limit per tick. Writes the sum of the squares of each one's linear
  /// samples, which level_dbfs() takes.
  void add(std::span<const voice::Bytes> frames, std::span<std::int64_t> square_sums) noexcept;

  /// All have been added. Call before the first mix of a tick.
  void finish() noexcept;

  /// Everybody, clipped and encoded; `out` as long as the tick (asserted).
  void mix(std::span<std::uint8_t> out) const noexcept;

  /// Everybody but `own`, which was added this tick. `out` may be the same memory as `own`.
  void mix_minus(voice::Bytes own, std::span<std::uint8_t> out) const noexcept;

 private:
  const MixKernels& kernels_;
  std::size_t samples_max_;
  std::size_t samples_ = 0;
  MixBus bus_;  // whole blocks
};

}  // namespace voiced
