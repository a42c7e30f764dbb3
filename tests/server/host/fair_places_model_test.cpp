// Random arrivals and departures, compared with a list that is counted anew each time.
#include "server/host/fair_places.hpp"

#include "tests/server/host/addresses.hpp"
#include "tests/sim/world/random.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <optional>
#include <vector>

using namespace voiced;
using voiced::test::address_of;

namespace {

constexpr std::uint8_t addresses = 5;

struct Taken {
  PeerId id;
  std::uint8_t address;
};

class Model {
 public:
  std::vector<Taken> taken;  // in order of arrival

  [[nodiscard]] std::size_t held_by(std::uint8_t address) const {
    return static_cast<std::size_t>(std::count_if(
        taken.begin(), taken.end(), [&](const Taken& each) { return each.address == address; }));
  }
  [[nodiscard]] std::optional<PeerId> gives_way() const {
    std::optional<PeerId> chosen;
    std::size_t most = 0;
    for (const Taken& each : taken) {
      if (held_by(each.address) <= most) continue;
      most = held_by(each.address);
      chosen = each.id;
    }
    return chosen;
  }
};

}  // namespace

TEST_CASE("whoever arrives, leaves or turns out to come from elsewhere, places are counted right",
          "[fair_places][model]") {
  const auto seed = GENERATE(range(std::uint64_t{1}, std::uint64_t{9}));
  CAPTURE(seed);
  sim::Random random(seed);
  FairPlaces places;
  Model model;
  for (std::uint32_t step = 1; step <= 1000; ++step) {
    const auto address = static_cast<std::uint8_t>(1 + random.below(addresses));
    const bool grows = model.taken.size() < 3 || (model.taken.size() < 40 && random.percent(52));
    if (grows) {
      places.take({step, step}, address_of(address));
      model.taken.push_back({{step, step}, address});
    } else if (random.percent(40)) {
      Taken& moved = model.taken[random.below(model.taken.size())];
      moved.address = address;
      places.is_from(moved.id, address_of(address));
    } else {
      const auto gone =
          model.taken.begin() + static_cast<std::ptrdiff_t>(random.below(model.taken.size()));
      places.give_back(gone->id);
      model.taken.erase(gone);
      places.give_back({step, step});  // has none
    }
    REQUIRE(places.size() == model.taken.size());
    REQUIRE(places.gives_way() == model.gives_way());
    for (std::uint8_t each = 1; each <= addresses; ++each) {
      REQUIRE(places.held_by(address_of(each)) == model.held_by(each));
    }
  }
}

TEST_CASE("however many places one address takes, the others keep theirs", "[fair_places]") {
  constexpr std::size_t places_max = 16;
  FairPlaces places;
  // Seven addresses with two peers each, in turn, before the flood.
  std::vector<PeerId> honest;
  for (std::uint32_t i = 1; i <= 14; ++i) {
    honest.push_back({i, i});
    places.take(honest.back(), address_of(static_cast<std::uint8_t>(1 + i % 7)));
  }
  for (std::uint32_t i = 100; i < 300; ++i) {
    places.take({i, i}, address_of(99));
    if (places.size() <= places_max) continue;
    const auto gone = places.gives_way();
    REQUIRE(gone);
    REQUIRE(gone->number >= 100);
    places.give_back(*gone);
  }
  for (std::uint8_t i = 1; i <= 7; ++i) CHECK(places.held_by(address_of(i)) == 2);
  CHECK(places.held_by(address_of(99)) == places_max - honest.size());
}
