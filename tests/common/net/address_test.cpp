#include "common/net/address.hpp"

#include "tests/support/catch.hpp"

using voice::Address;
using voice::AddressError;

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
                                         {"fe80::1%veth0@if5", {"fe80::1%veth0@if5", {}}},
                                         {"localhost.", {"localhost.", {}}},
                                         {"my_host-2.local:1", {"my_host-2.local", 1}},
                                         {"b\xC3\xBC"
                                          "cher.example",
                                          {"b\xC3\xBC"
                                           "cher.example",
                                           {}}},
                                         {"127.1:7000", {"127.1", 7000}},
                                         {"2001:db8::7", {"2001:db8::7", {}}}}));
  INFO(row.text);
  const auto address = voice::parse_address(row.text);
  REQUIRE(address);
  CHECK(*address == row.address);
}

TEST_CASE("an invalid address is refused with the reason", "[address]") {
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
                                         {"[::1]7000", AddressError::bad_brackets},
                                         {"[host]:7000", AddressError::bad_ipv6},
                                         {"host:7000:7001", AddressError::bad_ipv6},
                                         {"127.0.0.1:7000:", AddressError::bad_ipv6},
                                         {"fe80::1%", AddressError::bad_ipv6},
                                         {"http://host:7000/", AddressError::is_url},
                                         {"http://host", AddressError::is_url},
                                         {"voice://host:7000", AddressError::is_url},
                                         {"user@host:7000", AddressError::bad_character},
                                         {"user@host", AddressError::bad_character},
                                         {"host/path", AddressError::bad_character},
                                         {"ho st", AddressError::bad_character},
                                         {"host\n", AddressError::bad_character},
                                         {"host,other", AddressError::bad_character},
                                         {"a..b", AddressError::bad_name},
                                         {".", AddressError::bad_name},
                                         {"7000", AddressError::only_a_number},
                                         {"256.0.0.1", AddressError::bad_ipv4},
                                         {"1.2.3.4.5:7000", AddressError::bad_ipv4},
                                         {"host.1", AddressError::bad_ipv4}}));
  INFO(row.text);
  const auto address = voice::parse_address(row.text);
  REQUIRE_FALSE(address);
  CHECK(address.error() == row.error);
}

TEST_CASE("a name longer than any name can be is refused", "[address]") {
  const std::string label(63, 'a');
  CHECK(voice::parse_address(label + ".example"));
  CHECK(voice::parse_address(label + "a.example").error() == AddressError::bad_name);
  const std::string longest = label + '.' + label + '.' + label + '.' + label.substr(2);
  CHECK(voice::parse_address(longest));
  CHECK(voice::parse_address(longest + "a").error() == AddressError::bad_name);
}

TEST_CASE("an address is written so that it can be read again", "[address]") {
  CHECK(voice::to_text("host", 7000) == "host:7000");
  CHECK(voice::to_text("::1", 7000) == "[::1]:7000");
}
