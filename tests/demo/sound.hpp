// Sound for the tools of the demo: mono, as floating-point samples, full scale = 1.
#pragma once

#include "common/core/result.hpp"

#include <span>
#include <string>
#include <vector>

namespace voice::demo {

using Samples = std::span<const float>;

struct Sound {
  int rate_hz = 0;
  std::vector<float> samples;
};

/// Reads any mono file that libsndfile can read. Its errors are messages for the user.
[[nodiscard]] expected<Sound, std::string> read_sound(const std::string& path);

/// Sum of squares.
[[nodiscard]] double energy(Samples sound) noexcept;

/// Root mean square in dB relative to full scale, -96 at least.
[[nodiscard]] double level_db(Samples sound) noexcept;

/// The part of `sound` from `start` on, at most `length` long; empty if that is outside. `start`
/// may be negative.
[[nodiscard]] Samples part(Samples sound, std::ptrdiff_t start, std::size_t length) noexcept;

}  // namespace voice::demo
