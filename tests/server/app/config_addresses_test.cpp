#include "server/app/config_addresses.hpp"

#include "tests/server/app/settings_file.hpp"
#include "tests/support/catch.hpp"

using namespace voiced;
using voiced::test::complaint;

namespace {

AddressKey v4_key(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, a, b, c, d};
}

}  // namespace

TEST_CASE("a list of addresses and ranges says where clients may connect from", "[config]") {
  Settings settings;
  REQUIRE(complaint("allow-from = [\"10.0.0.0/8\", \"2001:db8::/32\"]\ndeny-from = 10.0.0.7\n",
                    settings)
              .empty());

  const AddressPolicy policy = host_options(settings.config, 0).addresses;
  CHECK(policy.admits(v4_key(10, 0, 0, 8)));
  CHECK_FALSE(policy.admits(v4_key(10, 0, 0, 7)));
  CHECK_FALSE(policy.admits(v4_key(11, 0, 0, 8)));
  CHECK(policy.admits(AddressKey{0x20, 0x01, 0x0D, 0xB8}));
}

TEST_CASE("one IPv6 address is trusted by itself, and denied with its /64", "[config]") {
  Settings settings;
  REQUIRE(
      complaint("allow-from = \"2001:db8::1\"\nproxy-from = \"fd00::1234\"\n", settings).empty());

  const HostOptions trusting = host_options(settings.config, 0);
  WholeAddress client{0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  CHECK(trusting.addresses.admits(client));
  WholeAddress proxy{0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12, 0x34};
  CHECK(trusting.proxies.contains(proxy));
  ++proxy.back();
  CHECK_FALSE(trusting.proxies.contains(proxy));
  ++client.back();
  CHECK_FALSE(trusting.addresses.admits(client));

  Settings wary;
  REQUIRE(complaint("deny-from = \"2001:db8::1\"\n", wary).empty());
  const AddressPolicy denying = host_options(wary.config, 0).addresses;
  CHECK_FALSE(denying.admits(client));
  client[7] = 1;
  CHECK(denying.admits(client));
}

TEST_CASE("by default, clients may connect from everywhere", "[config]") {
  Settings settings;
  REQUIRE(complaint("", settings).empty());

  CHECK(host_options(settings.config, 0).addresses.admits(v4_key(10, 0, 0, 7)));
}

TEST_CASE("what is neither an address nor a range is refused, with an example", "[config]") {
  CHECK(complaint("allow-from = home")
            .find("allow-from: `home` is neither an address nor a range; "
                  "use for example 192.0.2.7") != std::string::npos);
  CHECK(complaint("deny-from = [\"10.0.0.1\", \"10.0.0.0/33\"]")
            .find("the prefix of IPv4 is 0 to 32") != std::string::npos);
  CHECK(complaint("deny-from = 2001:db8::/80").find("/64") != std::string::npos);
}

TEST_CASE("where proxies connect is a port or an address, in clear or for TLS", "[config]") {
  Settings settings;
  REQUIRE(complaint("listen-proxy = [\"7001\", \"127.0.0.1:7002 tls\"]\nproxy-from = 127.0.0.1\n",
                    settings)
              .empty());

  const ServerOptions options = server_options(settings.config, 0);
  REQUIRE(options.proxied.size() == 1);
  CHECK(options.proxied[0].addresses.empty());
  CHECK(options.proxied[0].port == 7001);
  REQUIRE(options.proxied_encrypted.size() == 1);
  CHECK(options.proxied_encrypted[0].port == 7002);
  CHECK(listens_encrypted(settings.config));
  CHECK(options.host.proxies.contains(v4_key(127, 0, 0, 1)));
  CHECK_FALSE(options.host.proxies.contains(v4_key(127, 0, 0, 2)));
  CHECK(complaint("listen-proxy = \"7001 ssl\"").find("neither a port nor an address") !=
        std::string::npos);
}

TEST_CASE("by default, no address is for proxies, and encryption is not required", "[config]") {
  Settings settings;
  REQUIRE(complaint("", settings).empty());

  CHECK(server_options(settings.config, 0).proxied.empty());
  CHECK_FALSE(listens_encrypted(settings.config));
}

TEST_CASE("where to listen is a port, or an address with a port", "[config]") {
  CHECK(parse_listen_at("7443")->addresses.empty());
  CHECK(parse_listen_at("7443")->port == 7443);
  CHECK(parse_listen_at("[::1]:7443")->addresses == std::vector<std::string>{"::1"});
  CHECK(parse_listen_at("192.0.2.1:7443")->port == 7443);
  CHECK(check_listen_at("7443").empty());
  CHECK(check_listen_at("localhost:7443").find("neither a port nor an address") !=
        std::string::npos);
  CHECK_FALSE(check_listen_at("70000").empty());
}
