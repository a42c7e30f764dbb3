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
  for (std::uint32_t i = 2; i <= 4; ++i) places.take(peer(i), address_of(2));
  places.take(peer(5), address_of(3));
  REQUIRE(places.size() == 5);
  CHECK(places.held_by(address_of(2)) == 3);

  CHECK(places.gives_way() == peer(2));
  places.give_back(peer(2));
  CHECK(places.gives_way() == peer(3));
  // Among equals, the oldest does.
  places.give_back(peer(3));
  CHECK(places.gives_way() == peer(1));
}

TEST_CASE("a place counts for the address that is known last, and is given back once",
          "[fair_places]") {
  FairPlaces places;
  CHECK_FALSE(places.gives_way());
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
