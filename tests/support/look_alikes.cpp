// Generates common/wire/look_alikes.cpp: the characters that look alike, according to ICU's data
// for UTS #39, without marks. `look_alikes` prints the file; `look_alikes FILE` tells whether FILE
// is up to date: exit 0 if it is, 1 if not, 77 if it was made with a version of Unicode that this
// ICU does not have.
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>

namespace {

constexpr std::size_t columns = 100;
constexpr std::size_t look_max = 2;  // characters

using Look = std::u32string;

/// Combining marks for letters of any script, which are ignored.
bool is_mark(UChar32 character) {
  return ublock_getCode(character) == UBLOCK_COMBINING_DIACRITICAL_MARKS ||
         ublock_getCode(character) == UBLOCK_COMBINING_DIACRITICAL_MARKS_EXTENDED ||
         ublock_getCode(character) == UBLOCK_COMBINING_DIACRITICAL_MARKS_SUPPLEMENT ||
         ublock_getCode(character) == UBLOCK_COMBINING_MARKS_FOR_SYMBOLS ||
         ublock_getCode(character) == UBLOCK_COMBINING_HALF_MARKS;
}

bool is_covered(UChar32 character) {
  UErrorCode error = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(character, &error);
  return character < 0x80 || script == USCRIPT_LATIN || script == USCRIPT_GREEK ||
         script == USCRIPT_CYRILLIC || script == USCRIPT_ARMENIAN;
}

/// The character's look, in characters of the scripts that are covered; empty if it looks only like
/// itself, or like something else.
Look look_of(const USpoofChecker* checker, UChar32 character) {
  UErrorCode error = U_ZERO_ERROR;
  icu::UnicodeString skeleton;
  // Full-width, circled, superscript: forms of a letter that UTS #39 expects to have been
  // normalised.
  const icu::Normalizer2* const forms = icu::Normalizer2::getNFKCInstance(error);
  const icu::UnicodeString plain = forms->normalize(icu::UnicodeString(character), error);
  uspoof_getSkeletonUnicodeString(checker, 0, plain, skeleton, &error);
  Look look;
  for (std::int32_t i = 0; i < skeleton.length(); i = skeleton.moveIndex32(i, 1)) {
    const UChar32 part = skeleton.char32At(i);
    if (is_mark(part)) continue;
    if (!is_covered(part) || u_isalnum(part) == 0) return {};
    look += static_cast<char32_t>(part);
  }
  const bool is_itself = look.size() == 1 && look[0] == static_cast<char32_t>(character);
  return look.size() <= look_max && !is_itself ? look : Look{};
}

std::string escaped(const Look& look) {
  std::string text;
  for (const char32_t character : look) {
    char digits[16];
    std::snprintf(digits, sizeof digits, character > 0xFFFF ? "\\U%08X" : "\\u%04X",
                  static_cast<unsigned>(character));
    const bool is_plain = character < 0x80 && character != '"' && character != '\\';
    text += is_plain ? std::string(1, static_cast<char>(character)) : digits;
  }
  return text;
}

/// Lines of at most `columns`, made of parts that are not split.
class Lines {
 public:
  /// @param behind the text that must still fit after it
  void add(const std::string& part, std::size_t behind) {
    if (line_.size() + part.size() + 1 + behind > columns) end();
    line_ += (line_.empty() ? "    " : " ") + part;
  }
  /// Continues a part, without a blank.
  void join(const std::string& part, std::size_t behind) {
    if (line_.size() + part.size() + behind > columns) {
      line_ += '"';
      end();
      line_ = "     U\"";
    }
    line_ += part;
  }
  void end() {
    if (!line_.empty()) text_ += line_ + '\n';
    line_.clear();
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string line_;
  std::string text_;
};

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
        is_mark(character) || u_hasBinaryProperty(character, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) {
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
  const std::string fresh = table();
  if (argc < 2) {
    std::cout << fresh;
    return 0;
  }
  std::ifstream file(argv[1]);
  const std::string kept{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (kept == fresh) return 0;
  const auto first_line = [](const std::string& text) { return text.substr(0, text.find('\n')); };
  if (!kept.empty() && first_line(kept) != first_line(fresh)) return 77;
  std::cerr << argv[1] << " is not what " << argv[0] << " prints; make it anew\n";
  return 1;
}
