// The loops the mixer spends its time in: µ-law codes onto an int32 bus, and off it again. In more
// than one build for more than one processor; each gives the same bits (docs/adr/0012).
#pragma once

#include "common/core/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace voiced {

/// Codes are worked on in blocks of so many; a bus has room for whole blocks.
inline constexpr std::size_t mix_block_samples = 32;

/// One set of loops that belong together: in what order a bus holds its samples within a block is
/// theirs alone, so a bus filled by one set is read by the same. A bus is as long as the codes,
/// rounded up to whole blocks; all zero, it is empty.
struct MixKernels {
  const char* name;  // for benchmarks: "portable", "avx2"

  /// Decodes `ulaw` (ITU-T G.711) and adds it to the bus. Returns the sum of the samples' squares.
  std::int64_t (*add)(voice::Bytes ulaw, std::int32_t* bus) noexcept;

  /// Encodes the bus, clamped to int16 first. `out` is as long as what was added.
  void (*mix)(const std::int32_t* bus, std::span<std::uint8_t> out) noexcept;

  /// Encodes the bus minus what `own` decodes to, clamped to int16 after that. `out` is as long as
  /// `own` and may be the same memory.
  void (*mix_minus)(const std::int32_t* bus, voice::Bytes own,
                    std::span<std::uint8_t> out) noexcept;
};

/// Plain loops that compilers vectorise; on every processor.
[[nodiscard]] const MixKernels& portable_mix_kernels() noexcept;

/// Written for AVX2 (x86-64); nullptr where the compiler or the processor does not know it.
[[nodiscard]] const MixKernels* avx2_mix_kernels() noexcept;

/// The fastest this processor has.
[[nodiscard]] const MixKernels& best_mix_kernels() noexcept;

}  // namespace voiced
