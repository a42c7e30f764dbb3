// Reading voiced's answers, also those of a version that is older or newer.
#include "ctl/answer.hpp"

#include "tests/support/catch.hpp"

#include <limits>
#include <string>

using namespace voicectl;

namespace {

Json object(const char* text) {
  const auto answer = parse_answer(text);
  REQUIRE(answer);
  return *answer;
}

}  // namespace

TEST_CASE("an answer is one JSON object, and nothing else is", "[voicectl]") {
  for (const char* const text : {"", "null", "[]", "3", "\"ok\"", "{", "{}{}", "{\"a\":}",
                                 "{'a':1}", "{\"a\":1,}", "{\"a\":\"\xFF\"}", "ok"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_answer(text));
  }
  for (const char* const text : {"{}", " {\"ok\" : true}\r", "{\"a\":{\"b\":[[]]}}"}) {
    CAPTURE(text);
    CHECK(parse_answer(text));
  }
}

TEST_CASE("a member that is missing or of another type is as good as absent", "[voicectl]") {
  const Json answer = object(
      R"({"text":"a","number":2.5,"yes":true,"none":null,"list":["a",1],"object":{"text":"b"}})");
  for (const char* const key : {"text", "number", "none", "list", "object", "missing", ""}) {
    CAPTURE(key);
    CHECK_FALSE(is_true(answer, key));
  }
  CHECK(is_true(answer, "yes"));
  for (const char* const key : {"text", "yes", "none", "list", "object", "missing"}) {
    CAPTURE(key);
    CHECK(number_of(answer, key, -1.0) == -1.0);
    CHECK(count_of(answer, key) == 0);
  }
  CHECK(number_of(answer, "number", -1.0) == 2.5);
  for (const char* const key : {"number", "yes", "none", "list", "object", "missing"}) {
    CAPTURE(key);
    CHECK(text_of(answer, key).empty());
  }
  for (const char* const key : {"text", "number", "none", "object", "missing"}) {
    CAPTURE(key);
    CHECK(array_of(answer, key).empty());
    CHECK_FALSE(has_text(answer, key, "a"));
  }
  CHECK(has_text(answer, "list", "a"));
  CHECK_FALSE(has_text(answer, "list", "1"));
  // What is inside something else than an object is absent, too.
  CHECK(text_of(answer["list"], "text").empty());
  CHECK(text_of(Json(3), "text").empty());
}

TEST_CASE("a count is the nearest whole number that 64 bits can hold", "[voicectl]") {
  struct Row {
    const char* number;
    std::int64_t count;
  };
  const Row rows[] = {{"0", 0},
                      {"-0.4", 0},
                      {"2.5", 3},
                      {"-2.5", -3},
                      {"12345678901", 12'345'678'901},
                      {"1e18", 1'000'000'000'000'000'000},
                      {"1e300", 9'000'000'000'000'000'000},
                      {"-1e300", -9'000'000'000'000'000'000},
                      {"18446744073709551615", 9'000'000'000'000'000'000}};
  for (const Row& row : rows) {
    CAPTURE(row.number);
    CHECK(count_of(object(("{\"n\":" + std::string(row.number) + "}").c_str()), "n") == row.count);
  }
}

TEST_CASE("a value of any kind is shown in one cell of a table", "[voicectl]") {
  struct Row {
    const char *value, *shown;
  };
  const Row rows[] = {{"\"Anna\"", "Anna"},
                      {"\"\"", ""},
                      {"true", "yes"},
                      {"false", "no"},
                      {"null", "-"},
                      {"12", "12"},
                      {"0.25", "0.25"},
                      {"-96.0", "-96.0"},
                      {"[]", ""},
                      {"[\"a\",2,true,null]", "a, 2, yes, -"},
                      {"[[\"a\",\"b\"],[]]", "a, b, "},
                      {"{\"a\":1}", "{\"a\":1}"}};
  for (const Row& row : rows) {
    CAPTURE(row.value);
    CHECK(shown(object(("{\"v\":" + std::string(row.value) + "}").c_str())["v"]) == row.shown);
  }
}

TEST_CASE("no text of an answer can control the terminal or fill it", "[voicectl]") {
  const Json answer =
      object(R"({"t":"a\u001b[2Jb\nc\u202ed\u0000e","o":{"\u001b[2J":"\u001b[2J"},"long":")"
             R"("})");
  for (const std::string& text : {text_of(answer, "t"), shown(answer["t"]), shown(answer["o"])}) {
    CAPTURE(text);
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\n') == std::string::npos);
    CHECK(text.find('\0') == std::string::npos);
    CHECK(text.find("\u202E") == std::string::npos);
  }
  const Json long_text{{"t", std::string(5000, 'x')}};
  CHECK(text_of(long_text, "t").size() == 1024);
  CHECK(shown(long_text["t"]).size() == 1024);
  CHECK(shown(long_text).size() <= 1024);
}
