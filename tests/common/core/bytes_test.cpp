#include "common/core/bytes.hpp"

#include "tests/support/catch.hpp"

#include <array>

TEST_CASE("loads read the bytes in the order their name says, at any address", "[bytes]") {
  const std::array<std::uint8_t, 6> bytes{0x00, 0x81, 0x42, 0xC3, 0x24, 0xFF};

  CHECK(voice::load_be16(&bytes[1]) == 0x8142u);
  CHECK(voice::load_be32(&bytes[1]) == 0x8142C324u);
  CHECK(voice::load_le32(&bytes[1]) == 0x24C34281u);
  CHECK(voice::load_be16(&bytes[4]) == 0x24FFu);
}

TEST_CASE("stores write exactly their bytes and leave their neighbours alone", "[bytes]") {
  std::array<std::uint8_t, 6> bytes{};
  bytes.fill(0xAA);

  SECTION("16 bit, big-endian") {
    voice::store_be16(&bytes[1], 0x8001);
    CHECK(bytes == std::array<std::uint8_t, 6>{0xAA, 0x80, 0x01, 0xAA, 0xAA, 0xAA});
  }
  SECTION("32 bit, big-endian") {
    voice::store_be32(&bytes[1], 0xF1E2D3C4u);
    CHECK(bytes == std::array<std::uint8_t, 6>{0xAA, 0xF1, 0xE2, 0xD3, 0xC4, 0xAA});
  }
  SECTION("32 bit, little-endian") {
    voice::store_le32(&bytes[1], 0xF1E2D3C4u);
    CHECK(bytes == std::array<std::uint8_t, 6>{0xAA, 0xC4, 0xD3, 0xE2, 0xF1, 0xAA});
  }
}

TEST_CASE("what is stored is what is loaded, for every bit alone and all together", "[bytes]") {
  std::array<std::uint8_t, 4> bytes{};
  for (int bit = 0; bit <= 32; ++bit) {
    const std::uint32_t value = bit == 32 ? 0xFFFFFFFFu : std::uint32_t{1} << bit;
    INFO("value " << value);
    voice::store_be32(bytes.data(), value);
    CHECK(voice::load_be32(bytes.data()) == value);
    voice::store_le32(bytes.data(), value);
    CHECK(voice::load_le32(bytes.data()) == value);
    voice::store_be16(bytes.data(), static_cast<std::uint16_t>(value));
    CHECK(voice::load_be16(bytes.data()) == static_cast<std::uint16_t>(value));
  }
}
