#include "server/net/address_text.hpp"

#include "server/net/address.hpp"

#include "tests/support/catch.hpp"

using boost::asio::ip::make_address;
using voiced::parse_range;

TEST_CASE("addresses and ranges are read and shown in one form", "[address]") {
  struct Row {
    const char* text;
    const char* shown;
  };
  const auto row = GENERATE(values<Row>({{"192.0.2.7", "192.0.2.7"},
                                         {"192.0.2.7:41458", "192.0.2.7"},
                                         {"192.0.2.7/32", "192.0.2.7"},
                                         {"192.0.2.77/24", "192.0.2.0/24"},
                                         {"10.255.0.0/9", "10.128.0.0/9"},
                                         {"192.0.2.7/0", "0.0.0.0/0"},
                                         {"::ffff:192.0.2.7", "192.0.2.7"},
                                         {"::ffff:192.0.2.7/120", "192.0.2.0/24"},
                                         {"::ffff:192.0.2.7/128", "192.0.2.7"},
                                         {"[::ffff:192.0.2.7]:1", "192.0.2.7"},
                                         {"::ffff:0:0/96", "0.0.0.0/0"},
                                         {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
                                         {"[2001:db8:1:2:3:4:5:6]:41458", "2001:db8:1:2::/64"},
                                         {"[2001:db8:1:2::6]", "2001:db8:1:2::/64"},
                                         {"2001:DB8:1:2::/64", "2001:db8:1:2::/64"},
                                         {"2001:db8:1:2::9/128", "2001:db8:1:2::/64"},
                                         {"2001:db8:ffff::1/33", "2001:db8:8000::/33"},
                                         {"2001:db8:1:2::9/32", "2001:db8::/32"},
                                         {"fe80::1", "fe80::1"},
                                         {"fe80::1%lo", "fe80::1"},
                                         {"[fe80::1%lo]:41458", "fe80::1"},
                                         {"FE80::1/128", "fe80::1"},
                                         {"fe80::1:2/112", "fe80::1:0/112"},
                                         {"fe80::1/64", "fe80::/64"},
                                         {"fe80::/10", "fe80::/10"},
                                         {"::/0", "::/0"},
                                         {"::1", "::/64"}}));
  CAPTURE(row.text);

  const auto parsed = parse_range(row.text);

  REQUIRE(parsed);
  CHECK(parsed->shown == row.shown);
  const auto again = parse_range(parsed->shown);
  REQUIRE(again);
  CHECK(again->range == parsed->range);
  CHECK(again->shown == row.shown);
}

TEST_CASE("a name is not an address", "[address]") {
  const auto* const text =
      GENERATE("", "Anna", "3", "3.14", "R2.D2", "/64", "a/b", "Anna: the first", "dead", "10:30",
               "evil.example.com", "[Anna]", "127", "room 1.2.3", "\xE2\x80\x8B", "2001", "24/7x");
  CAPTURE(text);

  const auto parsed = parse_range(text);

  REQUIRE_FALSE(parsed);
  CHECK_FALSE(parsed.error().is_meant);
}

TEST_CASE("an invalid address is distinguished from a name", "[address]") {
  struct Row {
    const char* text;
    const char* why;
  };
  constexpr const char* valid = "write for example 192.0.2.7";
  const auto row =
      GENERATE_COPY(values<Row>({{"192.0.2.300", valid},
                                 {"192.0.2", valid},
                                 {"192.0.2.", valid},
                                 {"192.0.2.7.8", valid},
                                 {"192.0.2.*", valid},
                                 {"10.*", valid},
                                 {"192.0.2.1-192.0.2.9", valid},
                                 {"192.0.2.07", valid},
                                 {"192.0.2.7:", valid},
                                 {"192.0.2.7:99999", valid},
                                 {"10/8", valid},
                                 {"10.0/16", valid},
                                 {"10.0.0.0/40", "the prefix of IPv4 is 0 to 32"},
                                 {"10.0.0.0/", "the prefix of IPv4 is 0 to 32"},
                                 {"10.0.0.0/-1", "the prefix of IPv4 is 0 to 32"},
                                 {"10.0.0.0/8/8", "the prefix of IPv4 is 0 to 32"},
                                 {"10.0.0.0/255.0.0.0", "the prefix of IPv4 is 0 to 32"},
                                 {"10.0.0.0/18446744073709551620", "0 to 32"},
                                 {"192.0.2.7:5000/24", valid},
                                 {"2001:db8::/129", "the prefix of IPv6 is 0 to 64, or 128"},
                                 {"2001:db8::/80", "a peer has all addresses of its /64"},
                                 {"fe80::/129", "the prefix of IPv6 is 0 to 64, or 128"},
                                 {"::ffff:192.0.2.0/24", "the prefix of IPv4 written as IPv6"},
                                 {"2001:db8::g", valid},
                                 {"2001:db8:::1", valid},
                                 {
                                     "2001:db8",
                                     "",
                                 },
                                 {"[2001:db8::1", valid},
                                 {"[192.0.2.7:41", valid}}));
  CAPTURE(row.text);

  const auto parsed = parse_range(row.text);

  if (row.why[0] == '\0') {  // so short that it may be a name
    CHECK_FALSE(parsed);
    return;
  }
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().is_meant);
  CAPTURE(parsed.error().text);
  CHECK(parsed.error().text.find(row.why) != std::string::npos);
}

namespace {

voiced::AddressKey key_of(const boost::asio::ip::address& address) {
  return voiced::address_key(voiced::whole_address(address));
}

}  // namespace

TEST_CASE("an IPv4 address and a /64 of IPv6 each count as one address", "[address]") {
  CHECK(key_of(make_address("192.0.2.7")) == key_of(make_address("::ffff:192.0.2.7")));
  CHECK(key_of(make_address("2001:db8::1")) == key_of(make_address("2001:db8::2")));
  CHECK(key_of(make_address("2001:db8::1")) != key_of(make_address("2001:db8:0:1::1")));
  CHECK(key_of(make_address("192.0.2.7")) != key_of(make_address("192.0.2.8")));
  // All link-local addresses share a /64.
  CHECK(key_of(make_address("fe80::1")) != key_of(make_address("fe80::2")));
  CHECK(key_of(make_address("fe80::1%lo")) == key_of(make_address("fe80::1")));
}

TEST_CASE("a range holds the addresses of its kind that begin with its bits", "[address]") {
  struct Row {
    const char* range;
    const char* address;
    bool inside;
  };
  const auto row = GENERATE(values<Row>({{"192.0.2.0/24", "192.0.2.255", true},
                                         {"192.0.2.0/24", "::ffff:192.0.2.1", true},
                                         {"192.0.2.0/24", "192.0.3.0", false},
                                         {"192.0.2.0/23", "192.0.3.255", true},
                                         {"192.0.2.8/30", "192.0.2.11", true},
                                         {"192.0.2.8/30", "192.0.2.12", false},
                                         {"0.0.0.0/0", "203.0.113.9", true},
                                         {"0.0.0.0/0", "2001:db8::1", false},
                                         {"::/0", "2001:db8::1", true},
                                         {"::/0", "192.0.2.1", false},
                                         {"::1", "192.0.2.1", false},
                                         {"::/0", "fe80::1", true},
                                         {"fe80::/10", "fe80::1", true},
                                         {"fe80::/64", "fe80::1", true},
                                         {"fe80::1", "fe80::1", true},
                                         {"fe80::1", "fe80::2", false},
                                         {"fe80::/112", "fe80::ffff", true},
                                         {"fe80::/112", "fe80::1:0", false},
                                         {"2001:db8::/32", "2001:db8:ffff:1::1", true},
                                         {"2001:db8::/32", "2001:db9::1", false},
                                         {"2001:db8::1", "2001:db8::ffff", true},
                                         {"2001:db8::1", "2001:db8:0:1::1", false}}));
  CAPTURE(row.range, row.address);

  CHECK(parse_range(row.range)->range.contains(key_of(make_address(row.address))) == row.inside);
}

TEST_CASE("a range of exact addresses holds no neighbour", "[address]") {
  struct Row {
    const char* range;
    const char* shown;
    const char* inside;
    const char* outside;
  };
  const auto row = GENERATE(
      values<Row>({{"2001:db8::1234", "2001:db8::1234", "2001:db8::1234", "2001:db8::1235"},
                   {"2001:db8::1234/128", "2001:db8::1234", "2001:db8::1234", "2001:db8::1"},
                   {"2001:db8::12/124", "2001:db8::10/124", "2001:db8::1f", "2001:db8::20"},
                   {"2001:db8::/64", "2001:db8::/64", "2001:db8::ffff", "2001:db8:0:1::"},
                   {"fe80::1%lo", "fe80::1", "fe80::1", "fe80::2"},
                   {"::1", "::1", "::1", "::2"},
                   {"192.0.2.7", "192.0.2.7", "::ffff:192.0.2.7", "192.0.2.6"}}));
  CAPTURE(row.range);

  const auto parsed = parse_range(row.range, voiced::Grain::exact);

  REQUIRE(parsed);
  CHECK(parsed->shown == row.shown);
  CHECK(parsed->range.contains(voiced::whole_address(make_address(row.inside))));
  CHECK_FALSE(parsed->range.contains(voiced::whole_address(make_address(row.outside))));
}

TEST_CASE("a prefix longer than an address is refused, exact or not", "[address]") {
  const auto parsed = parse_range("2001:db8::/129", voiced::Grain::exact);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().text.find("the prefix of IPv6 is 0 to 128") != std::string::npos);
}
