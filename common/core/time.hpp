// The type of "now". The core never asks for the time: it is always handed in.
#pragma once

#include <chrono>

namespace voice {

using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

/// Every frame, at every rate, lasts 20 ms.
inline constexpr std::chrono::milliseconds frame_duration{20};
inline constexpr int frames_per_second = 50;
static_assert(frame_duration * frames_per_second == std::chrono::seconds{1});

}  // namespace voice
