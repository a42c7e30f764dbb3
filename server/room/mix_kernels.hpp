// The loops the mixer spends its time in when all is µ-law: codes onto a bus, and off it again. In
// more than one build for more than one processor; each gives the same bits (docs/adr/0012).
#pragma once

#include "common/core/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace voiced {

/// Codes are processed in blocks of this size; a bus has room for whole blocks.
inline constexpr std::size_t mix_block_samples = 32;

/// Up to this many frames may be added at once, which costs less than one after the other.
inline constexpr std::size_t mix_group_frames = 4;

/// The memory of a bus of µ-law, as long as the codes, rounded up to whole blocks. Sums that are
/// all zero: empty. What else it holds, and in what order within a block, is for one set of loops
/// to know: a bus filled by one set is read by the same. Everybody else reads Mixer::bus().
struct MixBus {
  std::vector<std::int32_t> sums;   // of what was added
  std::vector<std::int16_t> total;  // what mixes are made of, where a set makes it at all
  // Only in a tick that may have to be limited: at every sample, the lowest value of all measured
  // frames and the highest (with the full mix: of these and 0), and the gains of the mixes.
  std::vector<std::int16_t> low;
  std::vector<std::int16_t> high;
  std::vector<std::int32_t> gains;
};

/// One set of loops that belong together.
struct MixKernels {
  const char* name;  // for benchmarks: "portable", "avx2"

  /// Decodes one to mix_group_frames frames of one length (ITU-T G.711) and adds them to the bus.
  /// Writes the sum of the squares of the linear samples of each.
  void (*add)(std::span<const voice::Bytes> frames, MixBus& bus,
              std::span<std::int64_t> square_sums) noexcept;

  /// Call it between the last add() and the first mix(): all of the `samples` samples are on the
  /// bus. Returns the largest magnitude of a sum, at 16-bit scale. If that is above INT16_MAX, the
  /// result may be lower, but is above INT16_MAX, too.
  std::int32_t (*settle)(MixBus& bus, std::size_t samples) noexcept;

  /// Encodes the bus, with the codes it has when clamped to int16. `out` is as long as what was
  /// added.
  void (*mix)(const MixBus& bus, std::span<std::uint8_t> out) noexcept;

  /// Encodes the bus minus what `own` decodes to, with the codes that has when it is clamped to
  /// int16 only after subtracting. `out` is as long as `own` and may be the same memory.
  void (*mix_minus)(const MixBus& bus, voice::Bytes own, std::span<std::uint8_t> out) noexcept;

  /// Adds what was added to the bus to `sums`, which has one for each sample, in the order of time
  /// and at 16-bit scale (natural_bus.hpp).
  void (*add_to_natural)(const MixBus& bus, std::span<std::int32_t> sums) noexcept;

  /// Extends `low` and `high` to include a frame that was added.
  void (*measure)(voice::Bytes own, MixBus& bus) noexcept;

  /// The larger, at each sample, of |sum - low| and |sum - high|: the largest magnitude of the bus
  /// minus any one of the frames that were measured, and of the bus itself if low ≤ 0 ≤ high. In
  /// the order of time and at 16-bit scale.
  void (*envelope)(const MixBus& bus, std::span<std::int32_t> out) noexcept;

  /// Takes the gains for mix_limited(), in the order of time: Limiter::unity is 1.
  void (*set_gains)(MixBus& bus, std::span<const std::int32_t> gains) noexcept;

  /// Like mix_minus(), but the difference is multiplied by the gains, and rounded down, before it
  /// is clamped and encoded. An empty `own` is silence.
  void (*mix_limited)(const MixBus& bus, voice::Bytes own, std::span<std::uint8_t> out) noexcept;
};

/// Plain loops that compilers vectorise; on every processor.
[[nodiscard]] const MixKernels& portable_mix_kernels() noexcept;

/// Written for AVX2 (x86-64); nullptr where the compiler or the processor does not know it.
[[nodiscard]] const MixKernels* avx2_mix_kernels() noexcept;

/// The fastest this processor has.
[[nodiscard]] const MixKernels& best_mix_kernels() noexcept;

}  // namespace voiced
