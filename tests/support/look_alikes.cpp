// Makes common/wire/look_alikes.cpp: what looks like what, according to UTS #39 as ICU has it,
// without marks. `look_alikes` prints the file; `look_alikes FILE` says whether FILE is what it
// would print: 0 yes, 1 no, 77 if the file was made by a version of Unicode that this ICU does not
// have.
#include "common/wire/utf8.hpp"

#include "tests/support/unicode_table.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>

#include <map>
#include <sstream>
#include <stdexcept>
#include <string>

namespace {

constexpr std::size_t look_max = 2;  // characters

using Look = std::u32string;
using voice::test::escaped;
using voice::test::Lines;

bool is_covered(UChar32 character) {
  UErrorCode error = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(character, &error);
  return character < 0x80 || script == USCRIPT_LATIN || script == USCRIPT_GREEK ||
         script == USCRIPT_CYRILLIC || script == USCRIPT_ARMENIAN;
}

/// How this character looks, in characters of the scripts that are covered; empty: like itself, or
/// like something else.
Look look_of(const USpoofChecker* checker, UChar32 character) {
  UErrorCode error = U_ZERO_ERROR;
  icu::UnicodeString skeleton;
  // Full width, in a circle, superscript: forms of a letter, which UTS #39 expects to be gone.
  const icu::Normalizer2* const forms = icu::Normalizer2::getNFKCInstance(error);
  const icu::UnicodeString plain = forms->normalize(icu::UnicodeString(character), error);
  uspoof_getSkeletonUnicodeString(checker, 0, plain, skeleton, &error);
  Look look;
  for (std::int32_t i = 0; i < skeleton.length(); i = skeleton.moveIndex32(i, 1)) {
    const UChar32 part = skeleton.char32At(i);
    if (voice::is_combining(static_cast<char32_t>(part))) continue;
    if (!is_covered(part) || u_isalnum(part) == 0) return {};
    look += static_cast<char32_t>(part);
  }
  const bool is_itself = look.size() == 1 && look[0] == static_cast<char32_t>(character);
  return look.size() <= look_max && !is_itself ? look : Look{};
}

void add_row(Lines& lines, const Look& look, const Look& characters) {
  const std::string first = escaped(characters.substr(0, 1));
  lines.add("{U\"" + escaped(look) + "\", U\"" + first, 3);
  for (const char32_t character : characters.substr(1)) lines.join(escaped(Look(1, character)), 3);
  lines.join("\"},", 0);
}

std::string table() {
  UErrorCode error = U_ZERO_ERROR;
  const icu::LocalUSpoofCheckerPointer checker(uspoof_open(&error));
  if (U_FAILURE(error)) throw std::runtime_error(u_errorName(error));
  std::map<Look, Look> alike;
  for (UChar32 character = 0x21; character <= UCHAR_MAX_VALUE; ++character) {
    if (u_isdefined(character) == 0 || (character >= 0xD800 && character < 0xE000) ||
        voice::is_combining(static_cast<char32_t>(character)) ||
        u_hasBinaryProperty(character, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) {
      continue;
    }
    const Look look = look_of(checker.getAlias(), character);
    if (!look.empty()) alike[look] += static_cast<char32_t>(character);
  }
  Lines rows;
  for (const auto& [look, characters] : alike) add_row(rows, look, characters);
  rows.end();
  std::ostringstream out;
  out << "// Made by tests/support/look_alikes.cpp from Unicode " U_UNICODE_VERSION ".\n"
      << "#include \"common/wire/look_alikes.hpp\"\n\n#include <array>\n\nnamespace voice {\n\n"
      << "// clang-format off\n"
      << "static constexpr std::array<LookAlikes, " << alike.size() << "> all{{\n"
      << rows.text() << "}};\n// clang-format on\n\n"
      << "std::span<const LookAlikes> look_alikes() noexcept {\n  return all;\n}\n\n"
      << "}  // namespace voice\n";
  return out.str();
}

}  // namespace

int main(int argc, char** argv) {
  return voice::test::keep_table(table(), argc, argv);
}
