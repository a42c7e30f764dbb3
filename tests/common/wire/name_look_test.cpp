#include "common/wire/name_look.hpp"

#include "common/wire/look_alikes.hpp"
#include "common/wire/text_message.hpp"

#include "tests/support/catch.hpp"

#include <set>

using voice::look_of;
using voice::mixes_scripts;
using voice::NameLook;

namespace {

bool alike(const char* a, const char* b) {
  return is_alike(look_of(a), look_of(b));
}

}  // namespace

TEST_CASE("names that people may mistake for one another look alike", "[name_look]") {
  struct Row {
    const char* name;
    const char* other;
  };
  const auto row = GENERATE(values<Row>(
      {{"Anna", "Anna"},
       {"Anna", "anna"},
       {"Anna", "\u0410nna"},                                 // Cyrillic A
       {"Anna", "\u0391nn\u03B1"},                            // Greek Alpha and alpha
       {"anna", "\uFF41\uFF4E\uFF4E\uFF41"},                  // full width
       {"Anna", "\U0001D400\U0001D427\U0001D427\U0001D41A"},  // mathematical bold
       {"paul", "\u0440\u0430ul"},                            // Cyrillic er and a
       {"Tom", "T0m"},
       {"Bill", "Bi11"},
       {"Bill", "BiII"},
       {"ILL", "ill"},
       {"Martin", "Martin"},
       {"Carmen", "Carrnen"},                                     // rn for m
       {"\u0418\u0432\u0430\u043D", "\u0438\u0432\u0430\u043D"},  // Cyrillic, in lower case
       {"\u0413\u0438\u03BF\u0440", "\u0433\u0438\u043E\u0440"},  // and with a Greek omicron
       {"Ana", "An\u00E1"},
       {"An\u00E1", "Ana\u0301"},  // the same mark, as a combining character
       {"M\u00FCller", "MULLER"},
       {"\u0141ukasz", "Lukasz"},
       {"\u03A3\u03AF\u03C3\u03C5\u03C6\u03BF\u03C2", "\u03C3\u03B9\u03C3\u03C5\u03C6\u03BF\u03C3"},
       {"Anna  B", "Anna B"}}));
  CAPTURE(row.name, row.other);

  CHECK(alike(row.name, row.other));
  CHECK(alike(row.other, row.name));
}

TEST_CASE("names that nobody mistakes for one another do not look alike", "[name_look]") {
  struct Row {
    const char* name;
    const char* other;
  };
  const auto row = GENERATE(values<Row>({{"Anna", "Hanna"},
                                         {"Anna", "Ann"},
                                         {"Anna", "Anna 2"},
                                         {"Ali", "Ala"},
                                         {"Bob", "Rob"},
                                         {"Anna B", "AnnaB"},
                                         {"\u0418\u0432\u0430\u043D", "\u0418\u0432\u0430"},
                                         {"\u6771", "\u897F"},
                                         {"\u0905", "\u0906"},
                                         {"\u05D0", "\u05D1"}}));
  CAPTURE(row.name, row.other);

  CHECK_FALSE(alike(row.name, row.other));
}

TEST_CASE("a likeness is found whichever case hides it", "[name_look]") {
  // A capital I looks like an l, but is an i.
  CHECK(alike("ANNI", "anni"));
  CHECK(alike("Annl", "AnnI"));
  CHECK_FALSE(alike("anni", "annl"));
}

TEST_CASE("a word that mixes two similar alphabets is recognised, and words of one are not",
          "[name_look]") {
  struct Row {
    const char* name;
    bool mixes;
  };
  const auto row = GENERATE(values<Row>(
      {{"Anna", false},
       {"An\u00E1 M\u00FCller", false},
       {"\u0410nna", true},
       {"p\u0430ul", true},
       {"Anna \u0410nna", true},
       {"Anna \u0418\u0432\u0430\u043D\u043E\u0432\u0430", false},  // two words, one alphabet each
       {"\u0441\u043E\u0441\u043E", false},  // all Cyrillic, whatever it looks like
       {"\u0418\u0432\u0430\u043DX", true},
       {"\u03A9-team", false},  // an omega looks like no Latin letter
       {"\u6771 Tokyo", false},
       {"Tokyo\u6771", false},
       {"\U0001D400nna", true},
       {"", false}}));
  CAPTURE(row.name);

  CHECK(mixes_scripts(row.name) == row.mixes);
}

TEST_CASE("marks that can stand on Latin letters do not make a name look different",
          "[name_look]") {
  const auto* const name =
      GENERATE("An\u0301na", "An\u0483na", "An\u0488na", "An\u0486na", "An\u0951na", "An\u2DE0na");
  CAPTURE(name);
  CHECK(alike("Anna", name));
}

TEST_CASE("a character that belongs to no name is found", "[name_look]") {
  const auto* const name =
      GENERATE("An\u0483na", "An\u0488na", "Anna\u070F", "Anna\U00013437", "Anna\u2D7F",
               "Anna\u1039", "Anna\u17D2", "Anna\u064B", "Anna\u05B4", "Anna\u0378", "Anna\uE000",
               "Anna\U00100000", "Anna\U0003FFFF", "Anna\u0600", "Anna\u06DD", "Anna\u0342",
               "\u0915\u064B",   // an Arabic mark on a Devanagari letter
               "\u0E01\u093C",   // a Devanagari one on a Thai letter
               "\u0915 \u093C",  // on none
               "\u093C");
  CAPTURE(name);
  CHECK(voice::has_stray_characters(name));
  CHECK(voice::is_deceptive(name));
}

TEST_CASE("honest names of many scripts have no stray characters", "[name_look]") {
  const auto* const name = GENERATE(
      "", "Anna", "Jos\u00E9 2", "Jose\u0301", "Nguy\u1EC5n V\u0103n",
      "Nguye\u0302\u0303n Va\u0306n A\u0323",  // Vietnamese, decomposed
      "\u0938\u0941\u0928\u0940\u0924\u093E \u0936\u0930\u094D\u092E\u093E",  // Hindi
      "\u0645\u064F\u062D\u064E\u0645\u064E\u0651\u062F",                     // Arabic, with vowels
      "\u0E2A\u0E21\u0E0A\u0E32\u0E22 \u0E19\u0E49\u0E33",                    // Thai
      "\u1021\u1031\u102C\u1004\u103A\u1006\u1014\u103A\u1038",               // Burmese
      "\u1019\u1014\u1039\u1010\u101C\u1031\u1038",              // with a stacked letter
      "\u179F\u17BB\u1781 \u1796\u17D2\u179A",                   // Khmer
      "\u05D0\u05B7\u05D1\u05B0\u05E8\u05B8\u05D4\u05B8\u05DD",  // Hebrew, with points
      "\u0BA4\u0BAE\u0BBF\u0BB4\u0BCD", "\u0C24\u0C46\u0C32\u0C41\u0C17\u0C41",  // Tamil, Telugu
      "\u0418\u0432\u0430\u043D", "\u0410\u0301\u043D\u043D\u0430",              // Cyrillic
      "\u03A3\u03AF\u03C3\u03C5\u03C6\u03BF\u03C2", "\u03B1\u0342",              // Greek
      "\uAE40\uCCA0\uC218", "\u1100\u1161\u11A8",                                // Korean
      "\u304B\u3099\u304E", "\u5C71\u7530 \u30B8\u30E7\u30F3",                   // Japanese
      "\u12A0\u1260\u1260", "\u0561\u0576\u056B", "\u10D0\u10DC\u10D0", "\U0001F600",
      "\U0001F44D\U0001F3FD", "\U0001F1E9\U0001F1EA", "1\u20E3", "Anna \u2764", "\u2600 Anna",
      "Anna \u0938\u0941");
  CAPTURE(name);
  CHECK_FALSE(voice::has_stray_characters(name));
}

TEST_CASE("the look of any bytes can be computed", "[name_look]") {
  const NameLook broken = look_of("An\xFFna\xC3");
  CHECK(is_alike(broken, look_of("Anna")));
  CHECK(look_of("").is_empty());
  CHECK_FALSE(mixes_scripts("\xF0\x9F"));
  std::string many(voice::text_message_bytes_max, 'm');
  CHECK(look_of(many).as_written.size() == 2 * many.size());  // "rn"
}

TEST_CASE("a character is in the table once, and looks like another", "[name_look]") {
  std::set<char32_t> seen;
  for (const voice::LookAlikes& alike : voice::look_alikes()) {
    REQUIRE_FALSE(alike.look.empty());
    REQUIRE(alike.look.size() <= 2);
    for (const char32_t character : alike.characters) {
      REQUIRE(seen.insert(character).second);
      REQUIRE(alike.look != std::u32string_view(&character, 1));
    }
  }
  CHECK(seen.size() > 2000);
}
