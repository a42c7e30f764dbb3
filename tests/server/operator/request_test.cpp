#include "server/operator/request.hpp"

#include "ctl/request.hpp"

#include "tests/sim/world/random.hpp"
#include "tests/support/catch.hpp"

#include <cstdint>
#include <string>
#include <vector>

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

TEST_CASE("whatever words voicectl sends, voiced reads the same ones", "[request][model]") {
  sim::Random random(1);
  const std::vector<std::string> pieces{"a",    "Z",   "7",      " ", "  ",   "\"",   "\\",
                                        "\\\"", "for", "\u00E9", "-", "\\\\", "\" \""};
  for (int round = 0; round < 5000; ++round) {
    std::vector<std::string> sent;
    for (auto count = 1 + random.below(6); count > 0; --count) {
      std::string word;
      for (auto i = random.below(6); i > 0; --i) word += random.pick(pieces);
      sent.push_back(word);
    }
    const std::string reason = random.percent(50) ? sent.back() : "";
    const auto line = voicectl::request_line(sent, reason);
    REQUIRE(line.has_value());
    CAPTURE(*line);
    const auto words = words_of(*line);
    REQUIRE(words.has_value());
    if (!reason.empty()) sent.push_back(reason);
    REQUIRE(words->size() == sent.size());
    for (std::size_t i = 0; i < sent.size(); ++i) REQUIRE((*words)[i].text == sent[i]);
    // A reason that is the word "for" is not taken for the beginning of a time.
    if (reason == "for") REQUIRE(words->back().is_quoted);
  }
}

TEST_CASE("durations are read up to ten years, in each unit", "[request]") {
  using std::chrono::seconds;
  struct Row {
    const char* text;
    std::int64_t expected;  // 0: refused
  };
  const Row rows[] = {{"1s", 1},
                      {"3650d", 315'360'000},
                      {"3651d", 0},
                      {"87600h", 315'360'000},
                      {"87601h", 0},
                      {"5256000m", 315'360'000},
                      {"5256001m", 0},
                      {"315360000s", 315'360'000},
                      {"315360001s", 0},
                      {"0001m", 60},
                      {"9223372036854775807d", 0},
                      {"9223372036854775808s", 0},
                      {"0d", 0},
                      {"+1d", 0},
                      {"1D", 0},
                      {"1dd", 0},
                      {"d1", 0}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto span = parse_span(row.text);
    REQUIRE(span.has_value() == (row.expected != 0));
    if (span) CHECK(*span == seconds{row.expected});
  }
}
