#include "server/host/fair_places.hpp"

#include "tests/server/host/addresses.hpp"
#include "tests/support/catch.hpp"

using namespace voiced;
using std::chrono::seconds;
using voiced::test::address_of;

namespace {

constexpr voice::TimePoint start{std::chrono::hours{1}};

PeerId peer(std::uint32_t number) {
  return {number, number};
}

}  // namespace

TEST_CASE("the address that holds most places gives way, and its oldest place first",
          "[fair_places]") {
  FairPlaces places;
  places.take(peer(1), address_of(1), start);
  for (std::uint32_t i = 2; i <= 4; ++i) places.take(peer(i), address_of(2), start);
  places.take(peer(5), address_of(3), start);
  REQUIRE(places.size() == 5);
  CHECK(places.held_by(address_of(2)) == 3);

  CHECK(places.gives_way(0, start) == peer(2));
  CHECK(places.gives_way(1, start) == peer(2));
  places.give_back(peer(2));
  CHECK(places.gives_way(0, start) == peer(3));
  // With one more, it does after three seconds.
  CHECK_FALSE(places.gives_way(1, start + seconds{2}));
  CHECK(places.gives_way(1, start + seconds{3}) == peer(3));
  // Among equals, the oldest does, and never for an address that holds as many.
  places.give_back(peer(3));
  CHECK_FALSE(places.gives_way(0, start + seconds{2}));
  CHECK(places.gives_way(0, start + seconds{3}) == peer(1));
  CHECK_FALSE(places.gives_way(1, start + seconds{3}));
}

TEST_CASE("a place counts for the address that is known last, and is given back once",
          "[fair_places]") {
  FairPlaces places;
  CHECK_FALSE(places.gives_way(0, start));
  places.take(peer(1), address_of(1), start);
  places.take(peer(2), address_of(1), start);
  places.is_from(peer(1), address_of(2));
  CHECK(places.held_by(address_of(1)) == 1);
  CHECK(places.held_by(address_of(2)) == 1);

  places.give_back(peer(1));
  places.give_back(peer(1));
  CHECK(places.size() == 1);
  CHECK(places.held_by(address_of(2)) == 0);
}
