#include "common/wire/ip_address.hpp"

#include "tests/support/catch.hpp"

#include <random>

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
