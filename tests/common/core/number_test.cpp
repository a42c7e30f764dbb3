#include "common/core/number.hpp"

#include "tests/support/catch.hpp"

#include <cstdint>
#include <limits>
#include <string>

using voice::parse_decimal;
using voice::parse_decimal_portably;
using voice::parse_number;

TEST_CASE("a whole number is the whole text, or none", "[number]") {
  CHECK(parse_number<int>("-12") == -12);
  CHECK(parse_number<std::uint16_t>("65535") == 65535);
  CHECK(parse_number<int>("640", 8) == 0640);
  for (const char* const text : {"", " 1", "1 ", "+1", "1.0", "0x1", "--1", "1e3", "one"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_number<int>(text));
  }
  CHECK_FALSE(parse_number<std::uint16_t>("65536"));
  CHECK_FALSE(parse_number<std::uint16_t>("-1"));
}

TEST_CASE("a decimal fraction is the same with and without the library's from_chars", "[number]") {
  struct Case {
    const char* text;
    double value;
  };
  for (const Case& one :
       {Case{"0", 0}, Case{"-6", -6}, Case{"1.5", 1.5}, Case{".5", 0.5}, Case{"5.", 5},
        Case{"-0.25", -0.25}, Case{"1e3", 1000}, Case{"1E-2", 0.01}, Case{"1e+2", 100},
        Case{"0.1", 0.1}, Case{"007", 7}, Case{"1.7976931348623157e308", 1.7976931348623157e308},
        Case{"123456789.123456789", 123456789.123456789}}) {
    CAPTURE(one.text);
    CHECK(parse_decimal(one.text) == one.value);
    CHECK(parse_decimal_portably(one.text) == one.value);
    CHECK(parse_number<double>(one.text) == one.value);
  }
}

TEST_CASE("other text is not a decimal fraction, with and without from_chars", "[number]") {
  const std::string nul("1\0", 2);
  for (const std::string& text : {std::string(""),      std::string("+1"),
                                  std::string(" 1"),    std::string("1 "),
                                  std::string("-"),     std::string("."),
                                  std::string("-."),    std::string("1,5"),
                                  std::string("1.5.2"), std::string("1e"),
                                  std::string("1e+"),   std::string("e3"),
                                  std::string("0x10"),  std::string("--1"),
                                  std::string("inf"),   std::string("-inf"),
                                  std::string("nan"),   std::string("infinity"),
                                  std::string("1e999"), std::string("-1e999"),
                                  std::string("6dB"),   nul}) {
    CAPTURE(text);
    CHECK_FALSE(parse_decimal(text));
    CHECK_FALSE(parse_decimal_portably(text));
  }
}
