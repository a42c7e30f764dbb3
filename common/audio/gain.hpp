// Makes samples louder or softer, in place, with saturation.
#pragma once

#include <cstdint>
#include <span>

namespace voice {

/// The factor that `db` decibels stand for.
[[nodiscard]] double factor_of_db(double db) noexcept;

/// Multiplies by `db` decibels; what exceeds 16 bits clips. 0 dB leaves every sample as it is.
void apply_gain(std::span<std::int16_t> pcm, double db) noexcept;

}  // namespace voice
