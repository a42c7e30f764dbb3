#include "server/host/fair_places.hpp"

#include "tests/server/host/addresses.hpp"
#include "tests/support/catch.hpp"

using namespace voiced;
using voiced::test::address_of;

namespace {

PeerId peer(std::uint32_t number) {
  return {number, number};
}

}  // namespace

TEST_CASE("the address that holds most places gives way, and its oldest place first",
          "[fair_places]") {
  FairPlaces places;
  places.take(peer(1), address_of(1));
  for (std::uint32_t i = 2; i <= 5; ++i) places.take(peer(i), address_of(2));
  places.take(peer(6), address_of(3));
  REQUIRE(places.size() == 6);
  CHECK(places.held_by(address_of(2)) == 4);

  CHECK(places.gives_way(address_of(9), 2) == peer(2));
  places.give_back(peer(2));
  CHECK(places.gives_way(address_of(9), 2) == peer(3));
  // An address that holds one more than others is left alone by a lead of two.
  places.give_back(peer(3));
  CHECK(places.gives_way(address_of(9), 2) == peer(4));
  CHECK_FALSE(places.gives_way(address_of(1), 2));
  places.give_back(peer(4));
  CHECK_FALSE(places.gives_way(address_of(9), 2));
}

TEST_CASE(
    "without a lead, an address that holds most gives way to itself, and among equals the "
    "oldest does",
    "[fair_places]") {
  FairPlaces places;
  places.take(peer(1), address_of(1));
  places.take(peer(2), address_of(2));
  CHECK(places.gives_way(address_of(9), 0) == peer(1));
  places.take(peer(3), address_of(2));
  CHECK(places.gives_way(address_of(2), 0) == peer(2));
  CHECK(places.gives_way(address_of(9), 0) == peer(2));
}

TEST_CASE("a place counts for the address that is known last, and is given back once",
          "[fair_places]") {
  FairPlaces places;
  CHECK_FALSE(places.gives_way(address_of(1), 0));
  places.take(peer(1), address_of(1));
  places.take(peer(2), address_of(1));
  places.is_from(peer(1), address_of(2));
  CHECK(places.held_by(address_of(1)) == 1);
  CHECK(places.held_by(address_of(2)) == 1);

  places.give_back(peer(1));
  places.give_back(peer(1));
  CHECK(places.size() == 1);
  CHECK(places.held_by(address_of(2)) == 0);
}
