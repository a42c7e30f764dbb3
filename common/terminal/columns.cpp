#include "common/terminal/columns.hpp"

#include "common/wire/utf8.hpp"

#include <algorithm>
#include <array>

namespace voice::terminal {
namespace {

struct Range {
  char32_t first, last;
};

// The blocks that matter for names; if a terminal disagrees about one, a column moves.
constexpr std::array joining{Range{0x0300, 0x036F}, Range{0x0483, 0x0489}, Range{0x0591, 0x05BD},
                             Range{0x064B, 0x065F}, Range{0x0E34, 0x0E3A}, Range{0x0E47, 0x0E4E},
                             Range{0x1AB0, 0x1AFF}, Range{0x1DC0, 0x1DFF}, Range{0x200B, 0x200D},
                             Range{0x20D0, 0x20FF}, Range{0xFE00, 0xFE0F}, Range{0xFE20, 0xFE2F}};
constexpr std::array wide{Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},   Range{0x3041, 0xA4CF},
                          Range{0xA960, 0xA97F},   Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},
                          Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},
                          Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1FAFF},
                          Range{0x20000, 0x3FFFD}};

template <class Ranges>
bool is_in(const Ranges& ranges, char32_t code_point) noexcept {
  return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
    return code_point >= range.first && code_point <= range.last;
  });
}

struct Step {
  std::size_t size_bytes, columns;
};

Step first_step(std::string_view text) noexcept {
  const Utf8Character character = first_character(text);
  if (character.size_bytes == 0) return {1, 1};
  if (is_in(joining, character.code_point)) return {character.size_bytes, 0};
  return {character.size_bytes, is_in(wide, character.code_point) ? std::size_t{2} : 1};
}

}  // namespace

std::size_t columns_of(std::string_view text) noexcept {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Step step = first_step(text);
    columns += step.columns;
    text.remove_prefix(step.size_bytes);
  }
  return columns;
}

std::string_view beginning_of(std::string_view text, std::size_t columns) noexcept {
  std::size_t end = 0;
  while (end < text.size()) {
    const Step step = first_step(text.substr(end));
    if (step.columns > columns) break;
    columns -= step.columns;
    end += step.size_bytes;
  }
  return text.substr(0, end);
}

std::string fitted(std::string_view text, std::size_t columns, Align align) {
  std::string result{text};
  if (columns_of(text) > columns) {
    result = beginning_of(text, columns == 0 ? 0 : columns - 1);
    if (columns != 0) result += '~';
  }
  // A character of two columns may have left one free.
  const std::string blanks(columns - columns_of(result), ' ');
  return align == Align::left ? result + blanks : blanks + result;
}

}  // namespace voice::terminal
