#include "common/wire/utf8.hpp"

#include "tests/support/catch.hpp"

#include <string>

using voice::first_character;

namespace {

/// UTF-8 of any number below 2^21 in `size` bytes: legal, overlong, surrogate or too large.
std::string spelled(char32_t code_point, std::size_t size) {
  if (size == 1) return {static_cast<char>(code_point)};
  std::string text(size, '\0');
  for (std::size_t i = size - 1; i > 0; --i, code_point >>= 6) {
    text[i] = static_cast<char>(0x80 | (code_point & 0x3F));
  }
  const unsigned mark = size == 2 ? 0xC0 : size == 3 ? 0xE0 : 0xF0;
  text[0] = static_cast<char>(mark | code_point);
  return text;
}

std::size_t shortest(char32_t code_point) {
  if (code_point < 0x80) return 1;
  if (code_point < 0x800) return 2;
  return code_point < 0x10000 ? 3 : 4;
}

}  // namespace

TEST_CASE("every code point has one legal spelling, surrogates have none", "[utf8]") {
  constexpr char32_t capacity[] = {0x80, 0x800, 0x10000, 0x200000};
  for (char32_t code_point = 0; code_point < 0x200000; ++code_point) {
    const bool exists = code_point <= 0x10FFFF && !(code_point >= 0xD800 && code_point <= 0xDFFF);
    for (std::size_t size = 1; size <= 4; ++size) {
      if (code_point >= capacity[size - 1]) continue;
      const auto character = first_character(spelled(code_point, size));
      const bool legal = exists && size == shortest(code_point);
      const bool as_expected =
          legal ? character.code_point == code_point && character.size_bytes == size
                : character.size_bytes == 0;
      if (!as_expected)
        FAIL("code point " << std::uint32_t{code_point} << " in " << size << " bytes");
    }
  }
  SUCCEED("all numbers of 21 bits in all lengths");
}

TEST_CASE("an incomplete character is not a character", "[utf8]") {
  for (const std::string text : {"\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"}) {
    for (std::size_t size = 0; size < text.size(); ++size) {
      CHECK(first_character(std::string_view{text}.substr(0, size)).size_bytes == 0);
      if (size == 0) continue;
      CHECK(first_character(text.substr(0, size) + "aaaa").size_bytes == 0);
    }
    CHECK(first_character(text + "rest").size_bytes == text.size());
  }
}

TEST_CASE("bytes that begin no character are refused", "[utf8]") {
  for (int lead = 0x80; lead < 0x100; ++lead) {
    if (lead >= 0xC2 && lead <= 0xF4) continue;
    INFO("lead byte " << lead);
    const std::string text{static_cast<char>(lead), '\xBF', '\xBF', '\xBF', '\xBF', '\xBF'};
    CHECK(first_character(text).size_bytes == 0);
  }
}

TEST_CASE("controls are what terminals act on: C0, DEL and C1", "[utf8]") {
  for (char32_t code_point = 0; code_point < 0x300; ++code_point) {
    const bool expected = code_point <= 0x1F || (code_point >= 0x7F && code_point <= 0x9F);
    if (voice::is_control(code_point) != expected) FAIL("code point " << std::uint32_t{code_point});
  }
  CHECK_FALSE(voice::is_control(0x10FFFF));
}

TEST_CASE("separators and direction marks rearrange a line, letters and spaces do not", "[utf8]") {
  for (const char32_t mark :
       {0x061Cu, 0x200Eu, 0x200Fu, 0x2028u, 0x2029u, 0x202Au, 0x202Eu, 0x2066u, 0x2069u}) {
    CHECK(voice::rearranges_line(mark));
  }
  for (const char32_t letter :
       {0x0020u, 0x0041u, 0x05D0u, 0x0627u, 0x200Du, 0x2027u, 0x202Fu, 0x2065u, 0x206Au}) {
    CHECK_FALSE(voice::rearranges_line(letter));
  }
}
