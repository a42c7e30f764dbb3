#include "common/app/json_log_line.hpp"

#include "common/core/quoted.hpp"

#include "tests/support/catch.hpp"

using voice::app::json_log_line;

namespace {

// The members after time and level.
std::string members_of(std::string_view message) {
  const std::string line = json_log_line("T", "info", message);
  const std::string front = R"({"time":"T","level":"info",)";
  REQUIRE(line.rfind(front, 0) == 0);
  return line.substr(front.size(), line.size() - front.size() - 1);
}

}  // namespace

TEST_CASE("a log line becomes one object: time, level, event, pairs", "[json_log_line]") {
  CHECK(json_log_line("2026-01-31T12:00:00.000+00:00", "info",
                      "participant left id=1 peer=192.0.2.7:33976 name=\"Anna\" seconds=62") ==
        R"({"time":"2026-01-31T12:00:00.000+00:00","level":"info","event":"participant left",)"
        R"("id":1,"peer":"192.0.2.7:33976","name":"Anna","seconds":62})");
}

TEST_CASE("values keep their type, and what only looks like a number is a string",
          "[json_log_line]") {
  struct Row {
    const char* value;
    const char* json;
  };
  const auto row = GENERATE(values<Row>({{"7", "7"},
                                         {"-7", "-7"},
                                         {"0", "0"},
                                         {"0.250", "0.250"},
                                         {"-0.5", "-0.5"},
                                         {"true", "true"},
                                         {"false", "false"},
                                         {"\"7\"", "\"7\""},
                                         {"\"true\"", "\"true\""},
                                         {"007", "\"007\""},
                                         {"1.", "\"1.\""},
                                         {".5", "\".5\""},
                                         {"-", "\"-\""},
                                         {"1.2.3", "\"1.2.3\""},
                                         {"0x10", "\"0x10\""},
                                         {"nan", "\"nan\""},
                                         {"", "\"\""},
                                         {"bye:1,left:2", "\"bye:1,left:2\""}}));
  INFO(row.value);
  CHECK(members_of(std::string("e key=") + row.value + " x=1") ==
        std::string(R"("event":"e","key":)") + row.json + R"(,"x":1)");
}

TEST_CASE("words that are not pairs are the event in front and text behind", "[json_log_line]") {
  CHECK(members_of("stopped") == R"("event":"stopped")");
  CHECK(members_of("setting pending name=port from=7000 to=7001 takes effect at restart") ==
        R"("event":"setting pending","name":"port","from":7000,"to":7001,)"
        R"("text":"takes effect at restart")");
  // Capitals and backticks: prose, not keys.
  CHECK(members_of("realtime refused; grant LimitRTPRIO=5 or `x=1`") ==
        R"("event":"realtime refused; grant LimitRTPRIO=5 or `x=1`")");
  CHECK(members_of("") == R"("event":"")");
}

TEST_CASE("a name cannot become a member of its own", "[json_log_line]") {
  const std::string evil = "a\" reason=kicked peer=192.0.2.1:1 x=\"\\";

  CHECK(members_of("left name=" + voice::quoted(evil) + " reason=bye") ==
        R"("event":"left","name":"a\" reason=kicked peer=192.0.2.1:1 x=\"\\","reason":"bye")");
}

TEST_CASE("no two members have the same name", "[json_log_line]") {
  CHECK(members_of("e time=1 level=2 event=3 id=4 id=5 text=6 more") ==
        R"("event":"e","time_":1,"level_":2,"event_":3,"id":4,"id_":5,"text":6,"text_":"more")");
}

TEST_CASE("whatever bytes a message holds, the line is JSON and one line", "[json_log_line]") {
  CHECK(members_of("a\nb\t key=\"\x01\x7f\"") ==
        R"("event":"a\u000ab\u0009","key":"\u0001\u007f")");
  CHECK(members_of("\xff\xc3 \xc3\xa4=\xe2\x82") == "\"event\":\" \xc3\xa4=\"");
  CHECK(members_of("key=\"open \\") == R"("event":"","key":"open \\")");
  CHECK(members_of("key=\"") == R"("event":"","key":"")");
}
