// Shared by the device tests: a format for a rate, and the time at which their clocks start.
#pragma once

#include "common/audio/audio_format.hpp"
#include "common/core/time.hpp"

#include <chrono>

namespace voice::test {

inline constexpr TimePoint start{std::chrono::hours{1}};

/// @param rate_hz valid; throws otherwise.
inline AudioFormat format(int rate_hz) {
  return AudioFormat::from_rate(rate_hz).value();
}

}  // namespace voice::test
