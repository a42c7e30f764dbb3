#include "server/host/known_addresses.hpp"

#include "tests/support/catch.hpp"

#include <string>

using namespace voiced;

namespace {

AddressKey address_of(std::uint8_t byte) {
  AddressKey key{};
  key[15] = byte;
  return key;
}

}  // namespace

TEST_CASE("an account is known where it has logged in, and nowhere else", "[logins]") {
  KnownAddresses known;
  CHECK_FALSE(known.has("anna", address_of(1)));
  known.add("anna", address_of(1));
  CHECK(known.has("anna", address_of(1)));
  CHECK_FALSE(known.has("anna", address_of(2)));
  CHECK_FALSE(known.has("bob", address_of(1)));
  // An entry that was never written holds the address 0.
  CHECK_FALSE(known.has("anna", address_of(0)));
}

TEST_CASE("the addresses that an account used last are known", "[logins]") {
  KnownAddresses known;
  for (std::uint8_t i = 1; i <= KnownAddresses::addresses_max; ++i)
    known.add("anna", address_of(i));
  known.add("anna", address_of(1));
  known.add("anna", address_of(50));
  CHECK(known.has("anna", address_of(50)));
  CHECK(known.has("anna", address_of(1)));
  CHECK_FALSE(known.has("anna", address_of(2)));
  CHECK(known.has("anna", address_of(3)));
  CHECK(known.accounts() == 1);
}

TEST_CASE("accounts that have not logged in for the longest time are forgotten", "[logins]") {
  KnownAddresses known;
  const auto name = [](std::size_t i) { return "account " + std::to_string(i); };
  for (std::size_t i = 0; i < KnownAddresses::accounts_max; ++i) known.add(name(i), address_of(1));
  known.add(name(0), address_of(2));
  known.add("one more", address_of(1));
  CHECK(known.accounts() == KnownAddresses::accounts_max);
  CHECK(known.has(name(0), address_of(1)));
  CHECK_FALSE(known.has(name(1), address_of(1)));
  CHECK(known.has(name(2), address_of(1)));
  CHECK(known.has("one more", address_of(1)));
}
