#include "server/net/address.hpp"

#include "tests/support/catch.hpp"

using boost::asio::ip::make_address;
using voiced::address_key;
using voiced::parse_address;

TEST_CASE("addresses are read and shown in one form", "[address]") {
  struct Row {
    const char* text;
    const char* shown;
  };
  const auto row = GENERATE(values<Row>({{"192.0.2.7", "192.0.2.7"},
                                         {"::ffff:192.0.2.7", "192.0.2.7"},
                                         {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
                                         {"2001:db8:1:2::/64", "2001:db8:1:2::/64"},
                                         {"::1", "::/64"}}));
  CAPTURE(row.text);

  const auto parsed = parse_address(row.text);

  REQUIRE(parsed);
  CHECK(parsed->shown == row.shown);
}

TEST_CASE("what is no address, or a network of another size, is not taken for one", "[address]") {
  const auto* const text = GENERATE("", "Anna", "192.0.2", "192.0.2.7/24", "192.0.2.7/64",
                                    "192.0.2.7:5000", "2001:db8::/48", "/64", "2001:db8::/64/64");
  CAPTURE(text);

  CHECK_FALSE(parse_address(text));
}

TEST_CASE("an address is the same by either family, and one /64 is one visitor", "[address]") {
  CHECK(address_key(make_address("192.0.2.7")) == address_key(make_address("::ffff:192.0.2.7")));
  CHECK(address_key(make_address("2001:db8::1")) == address_key(make_address("2001:db8::2")));
  CHECK(address_key(make_address("2001:db8::1")) != address_key(make_address("2001:db8:0:1::1")));
  CHECK(address_key(make_address("192.0.2.7")) != address_key(make_address("192.0.2.8")));
}
