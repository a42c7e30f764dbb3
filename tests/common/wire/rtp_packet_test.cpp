#include "common/wire/rtp_packet.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/vectors.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <random>
#include <string>

namespace rtp = voice::rtp;
using rtp::ParseError;
using voice::test::ByteVector;

namespace {

/// A header whose first byte is `first`, followed by `rest`.
ByteVector packet(std::uint8_t first, const ByteVector& rest) {
  ByteVector bytes{first, 0, 0x11, 0xF4, 0, 0, 0, 0xA0, 0xDE, 0xAD, 0xBE, 0xEF};
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  return bytes;
}

std::string outcome(const ByteVector& bytes) {
  const auto parsed = rtp::parse(bytes);
  if (!parsed) return to_string(parsed.error());
  std::string text = "payload";
  for (const std::uint8_t byte : parsed->payload) text += ' ' + std::to_string(byte);
  return text;
}

/// The rules of RFC 3550 §5.1 again, byte by byte with signed arithmetic: slow, and written
/// independently.
std::optional<std::pair<std::ptrdiff_t, std::ptrdiff_t>> payload_by_the_book(
    const ByteVector& bytes) {
  const auto size = static_cast<std::ptrdiff_t>(bytes.size());
  const auto at = [&bytes](std::ptrdiff_t i) { return int{bytes[static_cast<std::size_t>(i)]}; };
  if (size < 12 || at(0) / 64 != 2) return std::nullopt;
  std::ptrdiff_t begin = 12 + at(0) % 16 * 4;
  if (at(0) / 16 % 2 == 1) {
    if (begin + 4 > size) return std::nullopt;
    begin += 4 + 4 * (at(begin + 2) * 256 + at(begin + 3));
  }
  std::ptrdiff_t end = size;
  if (begin > end) return std::nullopt;
  if (at(0) / 32 % 2 == 1) {
    if (begin == end || at(size - 1) == 0) return std::nullopt;
    end -= at(size - 1);
  }
  if (begin > end) return std::nullopt;
  return std::pair{begin, end};
}

}  // namespace

TEST_CASE("header fields are read big-endian from their places", "[rtp]") {
  const ByteVector bytes{0x80, 0x00, 0x12, 0x34, 0x89, 0xAB, 0xCD, 0xEF, 0xFE, 0xDC, 0xBA, 0x98, 1};

  const auto parsed = rtp::parse(bytes).value();

  CHECK(parsed.header.sequence == 0x1234);
  CHECK(parsed.header.timestamp == rtp::Timestamp{0x89ABCDEF});
  CHECK(parsed.header.ssrc == rtp::Ssrc{0xFEDCBA98});
  CHECK(parsed.payload.data() == bytes.data() + 12);
  CHECK(parsed.payload.size() == 1);
}

TEST_CASE("edge cases of the header end as RFC 3550 says", "[rtp]") {
  struct Row {
    const char* what;
    ByteVector bytes;
    const char* outcome;
  };
  const std::vector<Row> rows{
      {"nothing", {}, "too_short"},
      {"one byte", {0x80}, "too_short"},
      {"eleven bytes", ByteVector(11, 0x80), "too_short"},
      {"header alone", packet(0x80, {}), "payload"},
      {"header and payload", packet(0x80, {7, 8}), "payload 7 8"},
      {"version 0", packet(0x00, {7}), "bad_version"},
      {"version 1", packet(0x40, {7}), "bad_version"},
      {"version 3", packet(0xC0, {7}), "bad_version"},
      {"one CSRC", packet(0x81, {1, 2, 3, 4, 7}), "payload 7"},
      {"one CSRC and nothing else", packet(0x81, {1, 2, 3, 4}), "payload"},
      {"one CSRC, a byte short", packet(0x81, {1, 2, 3}), "csrc_overrun"},
      {"15 CSRCs", packet(0x8F, ByteVector(61, 9)), "payload 9"},
      {"15 CSRCs, a byte short", packet(0x8F, ByteVector(59, 9)), "csrc_overrun"},
      {"empty extension", packet(0x90, {1, 1, 0, 0, 7}), "payload 7"},
      {"extension of one word", packet(0x90, {1, 1, 0, 1, 5, 5, 5, 5, 7}), "payload 7"},
      {"extension up to the end", packet(0x90, {1, 1, 0, 1, 5, 5, 5, 5}), "payload"},
      {"extension without header", packet(0x90, {}), "extension_overrun"},
      {"extension, header a byte short", packet(0x90, {1, 1, 0}), "extension_overrun"},
      {"extension a byte short", packet(0x90, {1, 1, 0, 1, 5, 5, 5}), "extension_overrun"},
      {"longest extension", packet(0x90, {1, 1, 0xFF, 0xFF, 5}), "extension_overrun"},
      {"extension behind a CSRC", packet(0x91, {1, 2, 3, 4, 0, 0, 0, 0, 7}), "payload 7"},
      {"extension eaten by the CSRC", packet(0x91, {1, 2, 3, 4}), "extension_overrun"},
      {"padding of one", packet(0xA0, {7, 1}), "payload 7"},
      {"padding of three", packet(0xA0, {7, 0, 0, 3}), "payload 7"},
      {"nothing but padding", packet(0xA0, {0, 0, 3}), "payload"},
      {"padding of zero", packet(0xA0, {7, 0}), "bad_padding"},
      {"padding into the header", packet(0xA0, {7, 3}), "bad_padding"},
      {"padding of 255", packet(0xA0, {7, 255}), "bad_padding"},
      {"padding without a byte", packet(0xA0, {}), "bad_padding"},
      {"padding into the CSRC", packet(0xA1, {1, 2, 3, 4, 2}), "bad_padding"},
      {"padding, CSRC takes all", packet(0xA1, {1, 2, 3, 4}), "bad_padding"},
      {"padding into the extension", packet(0xB0, {1, 1, 0, 1, 5, 5, 5, 5, 7, 3}), "bad_padding"},
      {"all of it", packet(0xB1, {1, 2, 3, 4, 9, 9, 0, 1, 5, 5, 5, 5, 7, 8, 0, 2}), "payload 7 8"},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(outcome(row.bytes) == row.outcome);
  }
}

TEST_CASE("packets with any marker and payload type are accepted", "[rtp]") {
  for (int second = 0; second < 256; ++second) {
    auto bytes = packet(0x80, {7});
    bytes[1] = static_cast<std::uint8_t>(second);
    INFO("second byte " << second);
    CHECK(outcome(bytes) == "payload 7");
  }
}

TEST_CASE("every truncation of a packet with all its parts is parsed according to the RFC",
          "[rtp]") {
  ByteVector rest(60, 1);  // 15 CSRCs
  rest.insert(rest.end(), {9, 9, 0, 3});
  rest.insert(rest.end(), 12, 2);
  rest.insert(rest.end(), {10, 11, 12, 0, 0, 3});
  const auto whole = packet(0xBF, rest);

  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const ByteVector bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    INFO("first " << size << " bytes");
    CHECK(rtp::parse(bytes).has_value() == payload_by_the_book(bytes).has_value());
  }
}

TEST_CASE("random packets are parsed according to the RFC", "[rtp]") {
  std::mt19937 random(3550);
  int accepted = 0;
  for (int round = 0; round < 200'000; ++round) {
    ByteVector bytes(random() % 100);
    for (std::uint8_t& byte : bytes) {
      // Small numbers often, so that lengths and paddings are often legal.
      byte = static_cast<std::uint8_t>(random() % 2 == 0 ? random() % 8 : random());
    }
    if (!bytes.empty() && round % 4 != 0)
      bytes[0] = static_cast<std::uint8_t>(0x80 | bytes[0] % 64);

    const auto parsed = rtp::parse(bytes);
    const auto expected = payload_by_the_book(bytes);

    REQUIRE(parsed.has_value() == expected.has_value());
    if (!expected) continue;
    ++accepted;
    REQUIRE(parsed->payload.data() - bytes.data() == expected->first);
    REQUIRE(static_cast<std::ptrdiff_t>(parsed->payload.size()) ==
            expected->second - expected->first);
  }
  CHECK(accepted > 10'000);  // the random packets included valid ones, too
  CHECK(accepted < 190'000);
}

TEST_CASE("a written header is the original's and reads back", "[rtp]") {
  const rtp::Header header{0xFFFE, rtp::Timestamp{0x80000001}, rtp::Ssrc{0x01020304}};
  std::array<std::uint8_t, voice::rtp_header_bytes> bytes{};
  bytes.fill(0xEE);

  rtp::write_header(header, bytes);

  CHECK(bytes == std::array<std::uint8_t, 12>{0x80, 0, 0xFF, 0xFE, 0x80, 0, 0, 1, 1, 2, 3, 4});
  const auto parsed = rtp::parse(bytes).value();
  CHECK(parsed.header == header);
  CHECK(parsed.payload.empty());
}

TEST_CASE("marker and payload type are written as they are read", "[rtp]") {
  for (unsigned second = 0; second < 256; ++second) {
    const auto payload_type = static_cast<std::uint8_t>(second & 0x7F);
    const rtp::Header header{1, rtp::Timestamp{2}, rtp::Ssrc{3}, payload_type, second >= 0x80};
    std::array<std::uint8_t, voice::rtp_header_bytes> bytes{};

    rtp::write_header(header, bytes);

    REQUIRE(bytes[0] == 0x80);
    REQUIRE(bytes[1] == second);
    REQUIRE(rtp::parse(bytes).value().header == header);
  }
}
