// A mix bus that anybody can read: sums of 16-bit samples in int32, one for each sample of the
// tick, in the order of time. Frames of any kind are added to it, and mixes of any kind made of it.
// Portable loops; docs/adr/0012 has the faster way of a tick in which all is µ-law.
#pragma once

#include "common/audio/frame.hpp"

#include <cstdint>
#include <span>

namespace voiced::natural_bus {

/// Adds `frame`, which is as long as `sums` (asserted). Returns the sum of the squares of its
/// samples, which voice::level_dbfs() takes.
std::int64_t add(const voice::Frame& frame, std::span<std::int32_t> sums) noexcept;

/// Takes `frame` off again, which was added before and is as long as `sums` (asserted).
void subtract(const voice::Frame& frame, std::span<std::int32_t> sums) noexcept;

/// The bus minus `own`, clamped to 16 bits after subtracting, once. `own` is as long as `sums`, or
/// empty: then it is the whole bus. `out` is as long as `sums`; lengths are asserted. Unless
/// `gains` is empty, what remains is multiplied by them (Limiter::unity is 1) and rounded down
/// before it is clamped.
void mix_minus(std::span<const std::int32_t> sums, const voice::Frame& own,
               std::span<std::int16_t> out, std::span<const std::int32_t> gains = {}) noexcept;

/// The same, encoded as µ-law (ITU-T G.711). `out` may be the same memory as `own.ulaw`.
void mix_minus(std::span<const std::int32_t> sums, const voice::Frame& own,
               std::span<std::uint8_t> out, std::span<const std::int32_t> gains = {}) noexcept;

/// The largest magnitude of a sum; 0 if there are none.
[[nodiscard]] std::int32_t peak(std::span<const std::int32_t> sums) noexcept;

/// Makes `lows` no higher, and `highs` no lower, than `frame` at any sample. All three have one
/// length (asserted).
void measure(const voice::Frame& frame, std::span<std::int16_t> lows,
             std::span<std::int16_t> highs) noexcept;

/// The larger, at each sample, of |sum - low| and |sum - high|: the largest magnitude of the bus
/// minus any frame between the two, and of the bus itself if low ≤ 0 ≤ high. `out` is as long as
/// `sums`, and the other two are at least as long (asserted).
void envelope(std::span<const std::int32_t> sums, std::span<const std::int16_t> lows,
              std::span<const std::int16_t> highs, std::span<std::int32_t> out) noexcept;

}  // namespace voiced::natural_bus
