// What the two ends of the control socket agree on: server/operator reads requests, ctl
// writes them (docs/control.md).
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string_view>

namespace voice::app {

/// Longest request, in bytes, without its line feed.
inline constexpr std::size_t request_bytes_max = 1024;

/// How long voiced takes at most to answer: the slowest answer is that to a reload which has to
/// wait for another, with five seconds for each. A client waits longer.
inline constexpr std::chrono::seconds answer_wait_max{14};

/// No request contains a control character: a line feed would split it in two.
[[nodiscard]] inline bool has_control_character(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace voice::app
