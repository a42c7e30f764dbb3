// Which characters look like Latin, Greek, Cyrillic or Armenian ones, or like two or three of them:
// the skeletons of UTS #39 §4, without marks.
#pragma once

#include <span>
#include <string_view>

namespace voice {

struct LookAlikes {
  std::u32string_view look;
  std::u32string_view characters;  // each of them looks like `look`
};

/// The whole table; a character is in at most one list. See tests/support/look_alikes.cpp.
[[nodiscard]] std::span<const LookAlikes> look_alikes() noexcept;

}  // namespace voice
