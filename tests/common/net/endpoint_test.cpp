#include "common/net/endpoint.hpp"

#include "tests/support/catch.hpp"

using voice::parse_endpoint;

TEST_CASE("an address and a port are read", "[endpoint]") {
  for (const char* const text : {"127.0.0.1:9464", "0.0.0.0:0", "[::1]:9464", "[2001:db8::7]:1"}) {
    const auto address = parse_endpoint(text);
    REQUIRE(address);
    CHECK(voice::to_string(*address) == text);
  }
}

TEST_CASE("an invalid address and port is refused, with a remedy", "[endpoint]") {
  for (const char* const text : {"", "9464", ":9464", "127.0.0.1", "127.0.0.1:", "::1:9464",
                                 "[127.0.0.1]:9464", "[::1]", "localhost:9464", "127.0.0.1:65536",
                                 "127.0.0.1:-1", "127.0.0.1:1 ", "127.0.0.1:0x1", "[]:1"}) {
    INFO(text);
    const auto address = parse_endpoint(text);
    REQUIRE_FALSE(address);
    CHECK(address.error().find("use for example 127.0.0.1:9464") != std::string::npos);
  }
}
