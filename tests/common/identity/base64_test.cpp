#include "common/identity/base64.hpp"

#include "tests/support/catch.hpp"

#include <string>

using voice::identity::from_base64;
using voice::identity::to_base64;
using Octets = std::vector<std::uint8_t>;

TEST_CASE("bytes and their base64 are those of RFC 4648 §10, without padding", "[base64]") {
  const std::string_view all = "foobar";
  const char* const texts[] = {"", "Zg", "Zm8", "Zm9v", "Zm9vYg", "Zm9vYmE", "Zm9vYmFy"};
  for (std::size_t count = 0; count <= all.size(); ++count) {
    const Octets bytes(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count));
    CHECK(to_base64(bytes) == texts[count]);
    CHECK(from_base64(texts[count]) == bytes);
  }
  CHECK(to_base64(Octets{0xFB, 0xFF}) == "-_8");
}

TEST_CASE("no second text means the same bytes", "[base64]") {
  for (const char* const text : {"Zg==", "Zh", "Zm9", "Z", "Zg+", "Zg/", "Z g", "Zg\n"}) {
    INFO(text);
    CHECK_FALSE(from_base64(text).has_value());
  }
}

TEST_CASE("of all short texts, exactly one means each sequence of bytes", "[base64]") {
  std::string letters;
  for (int c = 0; c < 256; ++c) letters += static_cast<char>(c);
  std::size_t one = 0, two = 0;
  for (const char a : letters) {
    CHECK_FALSE(from_base64(std::string{a}));
    for (const char b : letters) {
      const std::string text{a, b};
      const auto bytes = from_base64(text);
      if (!bytes) continue;
      REQUIRE(bytes->size() == 1);
      REQUIRE(to_base64(*bytes) == text);
      ++one;
    }
  }
  CHECK(one == 256);

  for (unsigned value = 0; value < 65'536; ++value) {
    const Octets bytes{static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
    const std::string text = to_base64(bytes);
    REQUIRE(text.size() == 3);
    REQUIRE(from_base64(text) == bytes);
    // The last letter holds two bits that are not part of a byte, and must be zero.
    for (const char last : {'A', 'E', 'I', '8', 'B', 'C', 'D', '_'}) {
      const auto other = from_base64(text.substr(0, 2) + last);
      if (other) ++two;
      REQUIRE((!other || to_base64(*other) == text.substr(0, 2) + last));
    }
  }
  // Four of those eight letters can be the last one.
  CHECK(two == 4 * 65'536);
}
