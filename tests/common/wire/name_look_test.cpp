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
