#include "common/app/json_object.hpp"

#include "tests/support/catch.hpp"

using voice::app::json_string;
using voice::app::JsonArray;
using voice::app::JsonObject;

TEST_CASE("an object holds its members in the order they came", "[json_object]") {
  JsonArray list;
  list.add_json("1");
  list.add_json(json_string("two"));

  const std::string text = JsonObject{}
                               .add("name", "Anna")
                               .add("id", std::uint64_t{18446744073709551615U})
                               .add("level", -18.25)
                               .add("talking", true)
                               .add_null("rtt")
                               .add_json("list", list.text())
                               .text();

  CHECK(text ==
        R"({"name":"Anna","id":18446744073709551615,"level":-18.250,"talking":true,"rtt":null,)"
        R"("list":[1,"two"]})");
  CHECK(JsonObject{}.text() == "{}");
  CHECK(JsonArray{}.text() == "[]");
}

TEST_CASE("a string is one line of valid JSON whatever it holds", "[json_object]") {
  CHECK(json_string("a\"b\\c") == R"("a\"b\\c")");
  CHECK(json_string("a\nb\x1b[31m\xff") == R"("ab[31m")");
  CHECK(json_string(std::string(5000, 'x')).size() == 1024 + 2);
}

TEST_CASE("a whole string is as clean as any other, but not cut", "[json_object]") {
  const std::string text = JsonObject{}.add_whole("a", std::string(5000, 'x') + "\"\n\\").text();
  CHECK(text == "{\"a\":\"" + std::string(5000, 'x') + R"(\"\\"})");
}
