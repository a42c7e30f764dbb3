// Reads UTF-8 one character at a time, as strictly as RFC 3629 §4: no overlong forms, no
// surrogates, nothing above U+10FFFF. Bytes in, code points out; owns nothing.
#pragma once

#include <cstddef>
#include <string_view>

namespace voice {

struct Utf8Character {
  char32_t code_point = 0;
  std::size_t size_bytes =
      0;  // 0: the text is empty or does not begin with a whole, legal character
};

/// The character at the front of `text`.
[[nodiscard]] Utf8Character first_character(std::string_view text) noexcept;

/// C0 (line feeds and tabs included), DEL and C1: a terminal acts on them instead of showing them.
[[nodiscard]] bool is_control(char32_t code_point) noexcept;

/// Line and paragraph separators, and marks that change the direction of writing: with them a name
/// could fake the rest of its line.
[[nodiscard]] bool rearranges_line(char32_t code_point) noexcept;

/// Shows nothing of its own: zero-width characters, variation selectors, tags, fillers, and what
/// Unicode calls noncharacters.
[[nodiscard]] bool is_invisible(char32_t code_point) noexcept;

/// Takes up room and shows nothing: blanks of any width, and letters that are drawn empty.
[[nodiscard]] bool is_blank(char32_t code_point) noexcept;

/// A mark that is drawn onto the character before it, even one of a text that it does not belong
/// to: those for letters of any script, and those for Latin, Greek, Cyrillic or Armenian letters.
[[nodiscard]] bool is_combining(char32_t code_point) noexcept;

}  // namespace voice
