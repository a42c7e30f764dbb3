// What the two ends of the control socket agree on: server/operator reads requests, ctl
// writes them (docs/control.md).
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace voice::app {

/// Longest request, in bytes, without its line feed.
inline constexpr std::size_t request_bytes_max = 1024;

/// No request contains a control character: a line feed would split it in two.
[[nodiscard]] inline bool has_control_character(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace voice::app
