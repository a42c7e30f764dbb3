#include "common/identity/base64.hpp"

#include "tests/support/catch.hpp"

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
