// One int32 bus per tick: every contributor is added once; each listener's mix is the bus minus its
// own frame, limited or clipped once, on output. 2N frame operations instead of N², and clipping
// never lets a talker hear itself. The contract is a bus at 16-bit scale in the order of time,
// which anybody may read; a tick in which all is µ-law makes it only if it is asked for
// (docs/adr/0012).
#pragma once

#include "common/audio/frame.hpp"
#include "server/room/mix_kernels.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace voiced {

class Mixer {
 public:
  /// @param samples_max longest frame begin() will be asked for.
  explicit Mixer(std::size_t samples_max, const MixKernels& kernels = best_mix_kernels());

  /// Clears the bus for a tick of `samples` samples (≤ samples_max; asserted).
  void begin(std::size_t samples) noexcept;

  /// Adds the frames of one to mix_group_frames contributors that speak µ-law; each as long as the
  /// tick (asserted). At most participants_max_limit contributors per tick (asserted). Writes the
  /// sum of the squares of each one's linear samples, which level_dbfs() takes.
  void add(std::span<const voice::Bytes> frames, std::span<std::int64_t> square_sums) noexcept;

  /// Adds one frame of either kind, as long as the tick (asserted); samples count with all their 16
  /// bits. Returns the sum of their squares.
  std::int64_t add(const voice::Frame& frame) noexcept;

  /// All have been added. Call before the first mix of a tick.
  void finish() noexcept;

  /// Whether any mix of this tick might exceed 16 bits: the full mix, or one that lacks up to
  /// `frames_off` of the frames. Cheap; true may be wrong, false never is.
  [[nodiscard]] bool may_clip(std::size_t frames_off) const noexcept;
  /// Leaving out a frame with this sum of squares cannot take a mix beyond 16 bits at any sample.
  [[nodiscard]] bool is_soft(std::int64_t square_sum) const noexcept;

  /// Leaves the full mix out of envelope(), because nobody hears it. Call it before measure(), of
  /// which there must be at least one (asserted).
  void measure_no_full_mix() noexcept;
  /// Includes in envelope() the mix without `own`, a frame that was added in this tick.
  void measure(const voice::Frame& own) noexcept;
  /// The largest magnitude of all mixes at each sample of the tick (`out` is as long; asserted): of
  /// the full mix, unless it was left out, and of those without one frame that was measured.
  void envelope(std::span<std::int32_t> out) noexcept;
  /// From here on, until begin(), every mix is multiplied by these gains, one for each sample
  /// (asserted), after its own frame was subtracted, and rounded down. Borrows them until then.
  void limit(std::span<const std::int32_t> gains) noexcept;
  /// The gains that limit() has set; empty: the mixes are not limited.
  [[nodiscard]] std::span<const std::int32_t> gains() const noexcept { return gains_; }

  /// The sum of all frames, one for each sample of the tick, in the order of time, at 16-bit scale,
  /// not clipped. Valid until the next begin().
  [[nodiscard]] std::span<const std::int32_t> bus() noexcept;

  /// Everybody, clipped and encoded as µ-law; `out` as long as the tick (asserted).
  void mix(std::span<std::uint8_t> out) const noexcept;

  /// Everybody but `own`, which was added this tick. `out` may be the same memory as `own.ulaw`.
  void mix_minus(const voice::Frame& own, std::span<std::uint8_t> out) const noexcept;

  /// Everybody but `own`, which was added this tick or is empty, clipped to 16 bits.
  void mix_minus(const voice::Frame& own, std::span<std::int16_t> out) noexcept;

 private:
  void invariants() const noexcept;
  void start_measuring(std::int16_t low = 0, std::int16_t high = 0) noexcept;

  const MixKernels& kernels_;
  std::size_t samples_max_;
  std::size_t samples_ = 0;
  std::size_t added_ = 0;     // frames of this tick
  bool has_pcm_ = false;      // one of them is not µ-law: natural_ holds at least those
  bool is_natural_ = false;   // natural_ holds them all
  bool is_measured_ = false;  // bus_.low and bus_.high are of this tick
  bool has_range_ = true;     // they are the range of something
  std::int32_t peak_ = 0;     // of the bus; above INT16_MAX it may be less than the true one
  std::int64_t loudest_ = 0;  // sum of squares of one frame
  std::span<const std::int32_t> gains_;
  MixBus bus_;  // those that are µ-law; whole blocks
  std::vector<std::int32_t> natural_;
};

}  // namespace voiced
