#include "common/app/config_lines.hpp"

#include "tests/support/catch.hpp"

#include <string>
#include <vector>

using voice::app::config_bytes_max;
using voice::app::ConfigLine;
using voice::app::parse_config;
using Values = std::vector<std::string>;

namespace {

// The values of the one key in `text`.
Values values_of(const std::string& text) {
  const auto lines = parse_config(text);
  REQUIRE(lines);
  REQUIRE(lines->size() == 1);
  return lines->front().values;
}

std::string failure(const std::string& text) {
  const auto lines = parse_config(text);
  REQUIRE_FALSE(lines);
  return std::to_string(lines.error().line) + ": " + lines.error().reason;
}

}  // namespace

TEST_CASE("every key comes with its values and its line", "[config]") {
  const auto lines =
      parse_config("# a comment\n\nport = 7000\n  silent=true \n\n; another\nname = x");

  REQUIRE(lines);
  REQUIRE(lines->size() == 3);
  CHECK((*lines)[0].key == "port");
  CHECK((*lines)[0].values == Values{"7000"});
  CHECK((*lines)[0].line == 3);
  CHECK((*lines)[1].key == "silent");
  CHECK((*lines)[1].line == 4);
  CHECK((*lines)[2].key == "name");
  CHECK((*lines)[2].line == 7);
}

TEST_CASE("a text without settings is a configuration", "[config]") {
  const auto* const text = GENERATE("", "\n", "\n\n\n", "# only this", "   \t \n#\n");
  const auto lines = parse_config(text);

  REQUIRE(lines);
  CHECK(lines->empty());
}

TEST_CASE("lines may end as on Windows", "[config]") {
  const auto lines = parse_config("a = 1\r\nb = \"2\"\r\n");

  REQUIRE(lines);
  REQUIRE(lines->size() == 2);
  CHECK((*lines)[0].values == Values{"1"});
  CHECK((*lines)[1].values == Values{"2"});
  CHECK((*lines)[1].line == 2);
}

TEST_CASE("a value is a word, a string or a list", "[config]") {
  struct Row {
    const char* text;
    Values values;
  };
  const auto row = GENERATE(values<Row>({
      {"k = 7000", {"7000"}},
      {"k=7000", {"7000"}},
      {"k = USB Audio", {"USB Audio"}},
      {"k = USB#2", {"USB#2"}},
      {"k = a,b", {"a,b"}},
      {"k = a=b", {"a=b"}},
      {"k = 5 # five", {"5"}},
      {"k = 5\t# five", {"5"}},
      {"k =", {""}},
      {"k = # nothing", {""}},
      {"k = \"\"", {""}},
      {"k = \"USB Audio\"", {"USB Audio"}},
      {"k = \"a # b\"  # c", {"a # b"}},
      {"k = \"a # b\"# c", {"a # b"}},
      {R"(k = "say \"hi\" \\ \n\t.")", {"say \"hi\" \\ \n\t."}},
      {R"(k = 'C:\new "x"')", {"C:\\new \"x\""}},
      {"k = \"it's\"", {"it's"}},
      {"k = \"[x]\"", {"[x]"}},
      {"k = ::1", {"::1"}},
      {"k = []", {}},
      {"k = [ ]  # none", {}},
      {"k = [a]", {"a"}},
      {"k = [1, 2,3]", {"1", "2", "3"}},
      {"k = [\"a, b\", 'c]', d e ]", {"a, b", "c]", "d e"}},
      {"k = [\"::1\",]", {"::1"}},
      {"k = [\"\"]", {""}},
  }));
  INFO(row.text);

  CHECK(values_of(row.text) == row.values);
}

TEST_CASE("an invalid configuration is refused with its line and the reason", "[config]") {
  struct Row {
    const char* text;
    const char* failure;
  };
  const auto row = GENERATE(values<Row>({
      {"port 7000", "1: expected `key = value`, found `port 7000`"},
      {"\n\n= 7000", "3: expected `key = value`, found `= 7000`"},
      {"a = 1\n\nb = 2\na = 3", "4: a: given twice; first on line 1"},
      {"a = 1\na = 1", "2: a: given twice; first on line 1"},
      {"[network]\nport = 1", "1: sections are not supported: remove this line"},
      {"k = \"open", "1: k: the closing \" is missing"},
      {"k = 'open\"", "1: k: the closing ' is missing"},
      {"k = \"open\\\"", "1: k: the closing \" is missing"},
      {"k = \"a\" b", "1: k: nothing but a comment may follow the value, found `b`"},
      {"k = [a] b", "1: k: nothing but a comment may follow the value, found `b`"},
      {"k = [a\nb]", "1: k: the closing ] is missing; a list must be on one line: [\"a\", \"b\"]"},
      {"k = [a, # b]",
       "1: k: the closing ] is missing; a list must be on one line: [\"a\", \"b\"]"},
      {"k = [\"a\" \"b\"]",
       "1: k: the closing ] is missing; a list must be on one line: [\"a\", \"b\"]"},
  }));
  INFO(row.text);

  CHECK(failure(row.text) == row.failure);
}

TEST_CASE("an unknown escape is refused rather than guessed", "[config]") {
  for (const char* const text : {R"(k = "C:\data")", R"(k = "\")", R"(k = "a\)"}) {
    INFO(text);
    CHECK(failure(text).rfind("1: k: ", 0) == 0);
  }
}

TEST_CASE("a binary file is refused as a whole", "[config]") {
  using namespace std::string_literals;
  for (const std::string& text : {"a = 1\n\0"s, "\x7f"s + "ELF", "a = \x1b[31m"s, "\x01"s}) {
    CHECK(failure(text) == "0: not a text file");
  }
  CHECK(values_of("k = Zoë") == Values{"Zoë"});
}

TEST_CASE("a file that is longer than any configuration is refused", "[config]") {
  CHECK(parse_config(std::string(config_bytes_max, '#')));
  CHECK(failure(std::string(config_bytes_max + 1, '#')) == "0: too long for a configuration file");
}

TEST_CASE("no truncated file is read beyond its end", "[config]") {
  const std::string text = "a = [\"x\", 'y', z] # c\nb = \"\\\\\\\"\"\r\n\nc = 'it' # d\n";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const auto lines = parse_config(text.substr(0, size));
    if (lines) CHECK(lines->size() <= 3);
  }
  CHECK(parse_config(text)->size() == 3);
}
