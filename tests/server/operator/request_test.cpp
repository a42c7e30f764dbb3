#include "server/operator/request.hpp"

#include "tests/support/catch.hpp"

using voiced::parse_span;
using voiced::words_of;
using Words = std::vector<std::string>;

TEST_CASE("a request is words between blanks, or between quotes", "[request]") {
  struct Row {
    const char* line;
    Words words;
  };
  const auto row = GENERATE(values<Row>({{"", {}},
                                         {"   ", {}},
                                         {"list", {"list"}},
                                         {"  mute  3 ", {"mute", "3"}},
                                         {R"(kick "Anna Maria")", {"kick", "Anna Maria"}},
                                         {R"(kick "a \"b\" \\c")", {"kick", R"(a "b" \c)"}},
                                         {R"(unban "")", {"unban", ""}},
                                         {R"("a""b")", {"a", "b"}},
                                         {R"(a"b)", {R"(a"b)"}},
                                         {"gain Zoë -6", {"gain", "Zoë", "-6"}}}));
  CAPTURE(row.line);

  const auto words = words_of(row.line);

  REQUIRE(words);
  Words texts;
  for (const auto& word : *words) texts.push_back(word.text);
  CHECK(texts == row.words);
}

TEST_CASE("a word in quotes is distinguished from one without", "[request]") {
  const auto words = words_of(R"(ban Anna "for" for)");

  REQUIRE(words);
  REQUIRE(words->size() == 4);
  CHECK((*words)[2].text == "for");
  CHECK((*words)[2].is_quoted);
  CHECK_FALSE((*words)[3].is_quoted);
}

TEST_CASE("an open quote or a control character is refused", "[request]") {
  const auto* const line = GENERATE(R"(kick "Anna)", R"(kick "Anna\")", "kick \x1b[2J", "a\tb");
  CAPTURE(line);

  CHECK_FALSE(words_of(line));
}

TEST_CASE("a duration is a number and a unit", "[request]") {
  using namespace std::chrono_literals;
  struct Row {
    const char* text;
    std::chrono::seconds span;
  };
  const auto row = GENERATE(values<Row>(
      {{"90s", 90s}, {"10m", 600s}, {"2h", 2h}, {"7d", 24h * 7}, {"3650d", 24h * 3650}}));

  const auto span = parse_span(row.text);

  REQUIRE(span);
  CHECK(*span == row.span);
}

TEST_CASE("text that is not a duration is refused", "[request]") {
  const auto* const text = GENERATE("", "10", "m", "-5m", "0s", "1.5h", "10 m", "10min", "3651d",
                                    "99999999999999999999d");
  CAPTURE(text);

  const auto span = parse_span(text);

  REQUIRE_FALSE(span);
  CHECK(span.error().find("is not a duration") != std::string::npos);
}
