#include "common/wire/ip_address.hpp"

#include "tests/support/catch.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>

using voice::IpAddress;
using voice::mapped_ipv4;
using voice::parse_ipv4;
using voice::parse_ipv6;
using voice::to_string;

TEST_CASE("an IPv4 address is four numbers without leading zeros", "[ip_address]") {
  CHECK(parse_ipv4("192.0.2.7") == mapped_ipv4({192, 0, 2, 7}));
  CHECK(parse_ipv4("0.0.0.0") == mapped_ipv4({0, 0, 0, 0}));
  CHECK(parse_ipv4("255.255.255.255") == mapped_ipv4({255, 255, 255, 255}));
  const auto* const bad =
      GENERATE("", "1", "1.2.3", "1.2.3.", "1.2.3.4.", "1.2.3.4.5", ".1.2.3", "1..2.3", "256.0.0.1",
               "01.2.3.4", "1.2.3.04", "1.2.3.-4", "1.2.3.+4", " 1.2.3.4", "1.2.3.4 ", "0x1.2.3.4",
               "1.2.3.4:5", "::ffff:1.2.3.4");
  CAPTURE(bad);
  CHECK_FALSE(parse_ipv4(bad));
}

TEST_CASE("an IPv6 address is read in all its forms, and shown in one of them", "[ip_address]") {
  struct Row {
    const char* text;
    const char* shown;
  };
  const auto row =
      GENERATE(values<Row>({{"2001:db8:1:2:3:4:5:6", "[2001:db8:1:2:3:4:5:6]:7"},
                            {"2001:0DB8:0001:0:0:0:0:0006", "[2001:db8:1::6]:7"},
                            {"2001:db8::1", "[2001:db8::1]:7"},
                            {"::", "[::]:7"},
                            {"::1", "[::1]:7"},
                            {"1::", "[1::]:7"},
                            {"fe80::1", "[fe80::1]:7"},
                            {"1:0:0:2:0:0:0:3", "[1:0:0:2::3]:7"},
                            {"1:0:0:2:3:0:0:4", "[1::2:3:0:0:4]:7"},     // of two runs, the first
                            {"1:0:2:3:4:5:6:7", "[1:0:2:3:4:5:6:7]:7"},  // one group is no run
                            {"1:2:3:4:5:6:7::", "[1:2:3:4:5:6:7:0]:7"},
                            {"::2:3:4:5:6:7:8", "[0:2:3:4:5:6:7:8]:7"},
                            {"::ffff:192.0.2.7", "192.0.2.7:7"},
                            {"::FFFF:c000:207", "192.0.2.7:7"},
                            {"64:ff9b::192.0.2.33", "[64:ff9b::c000:221]:7"},
                            {"1:2:3:4:5:6:192.0.2.33", "[1:2:3:4:5:6:c000:221]:7"}}));
  CAPTURE(row.text);

  const auto address = parse_ipv6(row.text);

  REQUIRE(address);
  CHECK(to_string(*address, 7) == row.shown);
}

TEST_CASE("what is not an IPv6 address is refused", "[ip_address]") {
  const auto* const bad =
      GENERATE("", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
               "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1::2::3", "12345::", "g::", "1:", ":1",
               "::1:", "1:::2", "::1%eth0", "[::1]", "::1/64", " ::1", "::-1", "::+1", "192.0.2.7",
               "192.0.2.7::", "::192.0.2.7:1", "::192.0.2", "::192.0.2.256",
               "1:2:3:4:5:6:7:192.0.2.7", "::0x1");
  CAPTURE(bad);

  CHECK_FALSE(parse_ipv6(bad));
}

TEST_CASE("an address that is shown as text is read back as the same address", "[ip_address]") {
  std::mt19937 random{17};  // NOLINT: the same story every time
  for (int i = 0; i < 2000; ++i) {
    IpAddress address{};
    for (auto& byte : address) {
      byte = random() % 3 == 0 ? static_cast<std::uint8_t>(random()) : std::uint8_t{0};
    }
    const std::string shown = to_string(address, 1);
    REQUIRE(shown.starts_with('['));
    REQUIRE(parse_ipv6(shown.substr(1, shown.size() - 4)) == address);
  }
}

namespace {

/// One group, with or without leading zeros, in either case.
std::string spelled(unsigned group, std::mt19937& random) {
  char text[8];
  const int digits = static_cast<int>(1 + random() % 4);
  std::snprintf(text, sizeof text, random() % 2 == 0 ? "%0*x" : "%0*X", digits, group);
  return text;
}

unsigned group_of(const IpAddress& address, std::size_t index) {
  return static_cast<unsigned>(address[2 * index] << 8 | address[2 * index + 1]);
}

/// One of the spellings that RFC 4291 §2.2 allows: any run of zeros may be "::", and the last four
/// bytes may be written as an IPv4 address.
std::string spelling(const IpAddress& address, std::mt19937& random) {
  const bool ends_in_ipv4 = random() % 3 == 0;
  const std::size_t groups = ends_in_ipv4 ? 6 : 8;
  std::size_t gap = groups, gap_end = groups;
  for (std::size_t i = random() % groups; i < groups && random() % 4 != 0; ++i) {
    if (group_of(address, i) != 0) continue;
    gap = i;
    gap_end = i + 1;
    while (gap_end < groups && group_of(address, gap_end) == 0 && random() % 4 != 0) ++gap_end;
    break;
  }
  std::string text;
  for (std::size_t i = 0; i < groups;) {
    if (i == gap) {
      text += "::";
      i = gap_end;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    text += spelled(group_of(address, i++), random);
  }
  if (!ends_in_ipv4) return text;
  if (text.back() != ':') text += ':';
  for (std::size_t i = 12; i < 16; ++i) text += (i == 12 ? "" : ".") + std::to_string(address[i]);
  return text;
}

}  // namespace

TEST_CASE("every legal spelling of an IPv6 address means that address", "[ip_address]") {
  std::mt19937 random{23};  // NOLINT: the same story every time
  for (int i = 0; i < 20'000; ++i) {
    IpAddress address{};
    for (std::size_t group = 0; group < 8; ++group) {
      if (random() % 2 == 0) continue;
      address[2 * group] =
          random() % 2 == 0 ? std::uint8_t{0} : static_cast<std::uint8_t>(random());
      address[2 * group + 1] = static_cast<std::uint8_t>(random());
    }
    const std::string text = spelling(address, random);
    CAPTURE(text);
    REQUIRE(parse_ipv6(text) == address);
    // Nothing may be missing or left over.
    REQUIRE_FALSE(parse_ipv6(text + ':'));
    REQUIRE_FALSE(parse_ipv6(':' + text.substr(text[0] == ':' ? 2 : 0)));
    REQUIRE_FALSE(parse_ipv6(text + "::1::"));
  }
}
