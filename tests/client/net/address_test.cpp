#include "client/net/address.hpp"

#include "tests/support/catch.hpp"

using voicecli::Address;
using voicecli::AddressError;

TEST_CASE("addresses are read as people write them", "[address]") {
  struct Row {
    const char* text;
    Address address;
  };
  const auto row = GENERATE(values<Row>({{"example.org", {"example.org", {}}},
                                         {"example.org:7000", {"example.org", 7000}},
                                         {"127.0.0.1:1", {"127.0.0.1", 1}},
                                         {"host:65535", {"host", 65535}},
                                         {"[::1]:7000", {"::1", 7000}},
                                         {"[fe80::1%eth0]", {"fe80::1%eth0", {}}},
                                         {"::1", {"::1", {}}},
                                         {"2001:db8::7", {"2001:db8::7", {}}}}));
  INFO(row.text);
  const auto address = voicecli::parse_address(row.text);
  REQUIRE(address);
  CHECK(*address == row.address);
}

TEST_CASE("what is no address is refused with its reason", "[address]") {
  struct Row {
    const char* text;
    AddressError error;
  };
  const auto row = GENERATE(values<Row>({{"", AddressError::empty_host},
                                         {":7000", AddressError::empty_host},
                                         {"[]:7000", AddressError::empty_host},
                                         {"host:", AddressError::bad_port},
                                         {"host:0", AddressError::bad_port},
                                         {"host:65536", AddressError::bad_port},
                                         {"host:-1", AddressError::bad_port},
                                         {"host:7000x", AddressError::bad_port},
                                         {"[::1]:", AddressError::bad_port},
                                         {"[::1", AddressError::bad_brackets},
                                         {"[::1]7000", AddressError::bad_brackets}}));
  INFO(row.text);
  const auto address = voicecli::parse_address(row.text);
  REQUIRE_FALSE(address);
  CHECK(address.error() == row.error);
}

TEST_CASE("an address is written so that it can be read again", "[address]") {
  CHECK(voicecli::to_text("host", 7000) == "host:7000");
  CHECK(voicecli::to_text("::1", 7000) == "[::1]:7000");
}
