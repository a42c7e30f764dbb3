#include "server/net/listen_addresses.hpp"

#include "server/net/listener.hpp"

#include "tests/support/catch.hpp"

using namespace voiced;
using Strings = std::vector<std::string>;
using Mends = ListenError::Mends;

namespace {

std::string shown(const Strings& texts) {
  const auto parsed = parse_listen_addresses(texts);
  REQUIRE(parsed);
  std::string all;
  for (const auto& address : *parsed) all += address.to_string() + " ";
  return all;
}

ListenError error_of(const Strings& texts) {
  const auto parsed = parse_listen_addresses(texts);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().about == ListenError::About::address);
  return parsed.error();
}

}  // namespace

TEST_CASE("listen takes addresses of both kinds, in their order", "[listener]") {
  CHECK(shown({}).empty());
  CHECK(shown({"192.0.2.1", "::1", "127.0.0.1"}) == "192.0.2.1 ::1 127.0.0.1 ");
  CHECK(shown({"0.0.0.0", "::"}) == "0.0.0.0 :: ");
  CHECK(shown({"::ffff:192.0.2.1"}) == "192.0.2.1 ");
}

TEST_CASE("an invalid address is refused, with its text and an example", "[listener]") {
  for (const std::string text : {"localhost", "::1 ", " 127.0.0.1", "", "999.1.2.3", "127.0.0.1:80",
                                 "[::1]", "127.1", "192.0.2.0/24", "*"}) {
    INFO(text);
    const ListenError error = error_of({"127.0.0.1", text});
    CHECK(error.text.starts_with("`" + text + "` is not an IP address"));
    CHECK(error.text.ends_with("127.0.0.1 or ::1"));
    CHECK(error.mends == Mends::by_a_person);
  }
}

TEST_CASE("addresses of which one covers the other are refused", "[listener]") {
  for (const Strings& texts : {Strings{"127.0.0.1", "127.0.0.1"}, Strings{"0.0.0.0", "127.0.0.1"},
                               Strings{"::1", "::"}, Strings{"::ffff:127.0.0.1", "127.0.0.1"}}) {
    INFO(texts[0] << " " << texts[1]);
    CHECK(error_of(texts).text.ends_with("overlap; name the wider one only"));
  }
}

TEST_CASE("a link-local address needs its interface, which may come later", "[listener]") {
  CHECK(error_of({"fe80::1"}).mends == Mends::by_a_person);
  CHECK(error_of({"fe80::1%nosuchcard"}).mends == Mends::with_time);
  // Mistakes that a person must correct are reported first.
  CHECK(error_of({"fe80::1%nosuchcard", "nonsense"}).mends == Mends::by_a_person);
}

TEST_CASE("an address that does not exist yet, or whose port is in use, is a temporary fault",
          "[listener]") {
  using boost::asio::ip::make_address;
  boost::asio::io_context io;
  const boost::asio::ip::tcp::acceptor taken(io, {make_address("127.0.0.1"), 0});

  CHECK_FALSE(lasting_fault({make_address("192.0.2.1"), 7000}));
  CHECK_FALSE(lasting_fault(taken.local_endpoint()));
}

TEST_CASE("a refusal by the system is a mistake or temporary", "[listener]") {
  namespace errc = boost::system::errc;
  const boost::asio::ip::tcp::endpoint at(boost::asio::ip::make_address("192.0.2.1"), 7000);
  const auto mends = [&](errc::errc_t error) {
    return listen_error(at, errc::make_error_code(error)).mends;
  };

  CHECK(mends(errc::address_in_use) == Mends::with_time);
  CHECK(mends(errc::address_not_available) == Mends::with_time);
  CHECK(mends(errc::too_many_files_open) == Mends::with_time);
  CHECK(mends(errc::permission_denied) == Mends::by_a_person);
  CHECK(mends(errc::invalid_argument) == Mends::by_a_person);
  CHECK(mends(errc::address_family_not_supported) == Mends::by_a_person);
  CHECK(listen_error(at, errc::make_error_code(errc::address_in_use))
            .text.starts_with("cannot listen on 192.0.2.1:7000: "));
}
