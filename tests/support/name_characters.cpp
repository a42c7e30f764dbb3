// Makes common/wire/name_characters.cpp: which marks belong to which script, and which characters
// belong to none, according to ICU. `name_characters` prints the file; `name_characters FILE` says
// whether FILE is what it would print, as look_alikes does.
#include "common/wire/utf8.hpp"

#include "tests/support/unicode_table.hpp"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>

namespace {

using voice::test::Lines;

constexpr char32_t character_max = 0x10FFFF;

using Scripts = std::set<UScriptCode>;

/// Those that use this character; none: all of them, or nobody knows.
Scripts scripts_of(char32_t character) {
  std::array<UScriptCode, 64> codes{};
  UErrorCode error = U_ZERO_ERROR;
  const auto size = static_cast<std::int32_t>(codes.size());
  const auto count =
      uscript_getScriptExtensions(static_cast<UChar32>(character), codes.data(), size, &error);
  if (U_FAILURE(error)) throw std::runtime_error(u_errorName(error));
  Scripts scripts(codes.begin(), codes.begin() + count);
  for (const UScriptCode none : {USCRIPT_COMMON, USCRIPT_INHERITED, USCRIPT_UNKNOWN}) {
    scripts.erase(none);
  }
  return scripts;
}

/// No name has it: visible_name() removes it, or it is not a character.
bool is_absent(char32_t character) {
  return voice::is_control(character) || voice::rearranges_line(character) ||
         voice::is_invisible(character) || (character >= 0xD800 && character < 0xE000);
}

bool is_mark(char32_t character) {
  return (U_GET_GC_MASK(static_cast<UChar32>(character)) & U_GC_M_MASK) != 0;
}

bool is_stray(char32_t character) {
  if (is_absent(character)) return false;
  const auto mask = U_GET_GC_MASK(static_cast<UChar32>(character));
  if ((mask & (U_GC_CF_MASK | U_GC_CN_MASK | U_GC_CO_MASK)) != 0) return true;
  return is_mark(character) && scripts_of(character).empty() && !voice::is_combining(character);
}

enum class Is { in, out, either };

/// The first and the last character of each range, which may include those that can be either.
std::u32string ranges(const std::function<Is(char32_t)>& which) {
  std::u32string found;
  bool is_open = false;
  for (char32_t character = 0x21; character <= character_max; ++character) {
    const Is each = which(character);
    if (each == Is::out) is_open = false;
    if (each != Is::in) continue;
    if (!std::exchange(is_open, true)) found += {character, character};
    found.back() = character;
  }
  return found;
}

bool has(char32_t character, UScriptCode script) {
  return uscript_hasScript(static_cast<UChar32>(character), script) != 0;
}

std::u32string characters_of(UScriptCode script) {
  return ranges([script](char32_t character) {
    if (is_absent(character) || is_stray(character) || is_mark(character)) return Is::either;
    return has(character, script) ? Is::in : Is::out;
  });
}

std::u32string marks_of(UScriptCode script) {
  return ranges([script](char32_t character) {
    if (is_absent(character) || is_stray(character)) return Is::either;
    return is_mark(character) && has(character, script) ? Is::in : Is::out;
  });
}

void add(Lines& lines, const std::string& begin, const std::u32string& text,
         const std::string& end) {
  lines.add(begin + "U\"" + voice::test::escaped(text.substr(0, 1)), 3);
  for (const char32_t character : text.substr(1)) {
    lines.join(voice::test::escaped(std::u32string(1, character)), 3);
  }
  lines.join("\"" + end, 0);
}

/// The skeleton of a Latin, Greek, Cyrillic or Armenian name has no marks.
void check_combining() {
  for (char32_t character = 0; character <= character_max; ++character) {
    const Scripts scripts = scripts_of(character);
    const bool is_on_letters = std::any_of(scripts.begin(), scripts.end(), [](UScriptCode each) {
      return each == USCRIPT_LATIN || each == USCRIPT_GREEK || each == USCRIPT_CYRILLIC ||
             each == USCRIPT_ARMENIAN;
    });
    if (!is_mark(character) || !is_on_letters || voice::is_combining(character)) continue;
    throw std::runtime_error("is_combining lacks " + voice::test::escaped({1, character}));
  }
}

std::string table() {
  check_combining();
  Scripts scripts;
  const std::u32string marks = ranges([&scripts](char32_t character) {
    if (is_absent(character) || is_stray(character)) return Is::either;
    const Scripts its = is_mark(character) ? scripts_of(character) : Scripts{};
    scripts.insert(its.begin(), its.end());
    return its.empty() ? Is::out : Is::in;
  });
  Lines rows;
  for (const UScriptCode script : scripts) {
    add(rows, "{", characters_of(script), ",");
    add(rows, "", marks_of(script), "},");
  }
  rows.end();
  Lines all_marks;
  add(all_marks, "", marks, ";");
  all_marks.end();
  Lines strays;
  add(strays, "", ranges([](char32_t character) {
        if (is_absent(character)) return Is::either;
        return is_stray(character) ? Is::in : Is::out;
      }),
      ";");
  strays.end();
  std::ostringstream out;
  out << "// Made by tests/support/name_characters.cpp from Unicode " U_UNICODE_VERSION ".\n"
      << "#include \"common/wire/name_characters.hpp\"\n\n#include <array>\n\n"
      << "namespace voice {\n\n// clang-format off\n"
      << "static constexpr std::array<ScriptMarks, " << scripts.size() << "> all{{\n"
      << rows.text() << "}};\n\nstatic constexpr std::u32string_view marks =\n"
      << all_marks.text() << "\nstatic constexpr std::u32string_view strays =\n"
      << strays.text() << "// clang-format on\n\n"
      << "std::span<const ScriptMarks> script_marks() noexcept {\n  return all;\n}\n\n"
      << "std::u32string_view marks_of_scripts() noexcept {\n  return marks;\n}\n\n"
      << "std::u32string_view stray_characters() noexcept {\n  return strays;\n}\n\n"
      << "}  // namespace voice\n";
  return out.str();
}

}  // namespace

int main(int argc, char** argv) {
  return voice::test::keep_table(table(), argc, argv);
}
