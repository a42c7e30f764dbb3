#include "common/wire/name_look.hpp"

#include "common/core/assert.hpp"
#include "common/wire/look_alikes.hpp"
#include "common/wire/name_characters.hpp"
#include "common/wire/utf8.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace voice {
namespace {

struct Look {
  char32_t character;
  std::u32string_view look;
};

/// Sorted by character; 96 KiB, made when the first name is looked at.
const std::vector<Look>& looks() {
  static const std::vector<Look> sorted = [] {
    std::vector<Look> all;
    for (const LookAlikes& alike : look_alikes()) {
      for (const char32_t character : alike.characters) all.push_back({character, alike.look});
    }
    std::sort(all.begin(), all.end(),
              [](const Look& a, const Look& b) { return a.character < b.character; });
    return all;
  }();
  return sorted;
}

/// Empty: it has no entry and looks like itself.
std::u32string_view look_of(char32_t character) {
  const auto& all = looks();
  const auto found =
      std::lower_bound(all.begin(), all.end(), character,
                       [](const Look& look, char32_t wanted) { return look.character < wanted; });
  return found != all.end() && found->character == character ? found->look : std::u32string_view{};
}

/// Capitals from `first` to `last`, `step` apart; the small letter is `offset` after its capital.
struct Capitals {
  char32_t first, last;
  char32_t step, offset;
};

// Those of the four scripts, except some that have a look of their own anyway.
constexpr std::array capitals{
    Capitals{U'A', U'Z', 1, 32},    Capitals{0xC0, 0xD6, 1, 32},     Capitals{0xD8, 0xDE, 1, 32},
    Capitals{0x100, 0x12E, 2, 1},   Capitals{0x132, 0x136, 2, 1},    Capitals{0x139, 0x147, 2, 1},
    Capitals{0x14A, 0x176, 2, 1},   Capitals{0x179, 0x17D, 2, 1},    Capitals{0x1CD, 0x1DB, 2, 1},
    Capitals{0x1DE, 0x1EE, 2, 1},   Capitals{0x1F8, 0x21E, 2, 1},    Capitals{0x222, 0x232, 2, 1},
    Capitals{0x391, 0x3A1, 1, 32},  Capitals{0x3A3, 0x3AB, 1, 32},   Capitals{0x3D8, 0x3EE, 2, 1},
    Capitals{0x400, 0x40F, 1, 80},  Capitals{0x410, 0x42F, 1, 32},   Capitals{0x460, 0x480, 2, 1},
    Capitals{0x48A, 0x4BE, 2, 1},   Capitals{0x4C0, 0x4C0, 1, 15},   Capitals{0x4C1, 0x4CD, 2, 1},
    Capitals{0x4D0, 0x52E, 2, 1},   Capitals{0x531, 0x556, 1, 48},   Capitals{0x1E00, 0x1E94, 2, 1},
    Capitals{0x1EA0, 0x1EFE, 2, 1}, Capitals{0xFF21, 0xFF3A, 1, 32},
};

char32_t lower_case(char32_t character) noexcept {
  constexpr char32_t final_sigma = 0x3C2, sigma = 0x3C3;
  if (character == final_sigma) return sigma;
  for (const Capitals& range : capitals) {
    if (character < range.first || character > range.last) continue;
    if ((character - range.first) % range.step == 0) return character + range.offset;
  }
  return character;
}

std::u32string lower_case(std::u32string text) noexcept {
  for (char32_t& character : text) character = lower_case(character);
  return text;
}

/// The looks of all characters, without marks, and with one blank where there are several.
std::u32string skeleton_of(const std::u32string& text) {
  std::u32string skeleton;
  for (const char32_t character : text) {
    if (is_combining(character)) continue;
    if (character == U' ' && skeleton.ends_with(U' ')) continue;
    const std::u32string_view look = look_of(character);
    if (look.empty()) {
      skeleton += character;
    } else {
      skeleton += look;
    }
  }
  VOICE_ASSERT(skeleton.size() <= 2 * text.size());
  return skeleton;
}

std::u32string decoded(std::string_view text) {
  std::u32string characters;
  while (!text.empty()) {
    const Utf8Character next = first_character(text);
    if (next.size_bytes != 0) characters += next.code_point;
    text.remove_prefix(std::max<std::size_t>(next.size_bytes, 1));
  }
  return characters;
}

// The bytes of a look are only compared, and never shown.
std::string encoded(const std::u32string& text) {
  std::string bytes;
  for (const char32_t character : text) {
    if (character < 0x80) {
      bytes += static_cast<char>(character);
      continue;
    }
    const unsigned more = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    bytes += static_cast<char>((0xFF00U >> (more + 1) & 0xFFU) | character >> 6 * more);
    for (unsigned i = more; i-- > 0;) {
      bytes += static_cast<char>(0x80U | (character >> 6 * i & 0x3FU));
    }
  }
  return bytes;
}

bool is_ascii_letter(char32_t character) noexcept {
  const char32_t lower = character | 0x20U;
  return lower >= U'a' && lower <= U'z';
}

/// @param ranges the first and the last character of each, in order
bool is_within(std::u32string_view ranges, char32_t character) noexcept {
  VOICE_ASSERT(ranges.size() % 2 == 0);
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), character);
  const bool is_inside = (after - ranges.begin()) % 2 == 1;
  return is_inside || (after != ranges.begin() && *(after - 1) == character);
}

/// Whether a script that uses the mark also uses the character below it.
bool suits(char32_t mark, char32_t below) noexcept {
  const auto all = script_marks();
  return std::any_of(all.begin(), all.end(), [mark, below](const ScriptMarks& script) {
    return is_within(script.marks, mark) && is_within(script.characters, below);
  });
}

/// Not Latin, and looks like one Latin letter.
bool poses_as_latin(char32_t character) {
  const bool is_latin = character < 0x370 || (character >= 0x1D00 && character < 0x1F00) ||
                        (character >= 0x2C60 && character < 0x2C80) ||
                        (character >= 0xA720 && character < 0xA800) ||
                        (character >= 0xAB30 && character < 0xAB70);
  if (is_latin) return false;
  const std::u32string_view look = look_of(character);
  return look.size() == 1 && is_ascii_letter(look[0]);
}

}  // namespace

NameLook look_of(std::string_view name) {
  const std::u32string written = decoded(name);
  return {encoded(lower_case(skeleton_of(written))),
          encoded(lower_case(skeleton_of(lower_case(written))))};
}

bool mixes_scripts(std::string_view name) {
  bool has_latin = false;
  bool has_impostor = false;
  for (const char32_t character : decoded(name)) {
    if (character == U' ') has_latin = has_impostor = false;
    has_latin = has_latin || is_ascii_letter(character);
    has_impostor = has_impostor || poses_as_latin(character);
    if (has_latin && has_impostor) return true;
  }
  return false;
}

bool has_stray_characters(std::string_view name) {
  char32_t below = U' ';  // the last character that is not a mark
  for (const char32_t character : decoded(name)) {
    if (is_within(stray_characters(), character)) return true;
    if (is_within(marks_of_scripts(), character)) {
      if (!suits(character, below)) return true;
    } else if (!is_combining(character)) {
      below = character;
    }
  }
  return false;
}

}  // namespace voice
