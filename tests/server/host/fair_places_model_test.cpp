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
  voice::TimePoint since;
};

class Model {
 public:
  std::vector<Taken> taken;  // in order of arrival

  [[nodiscard]] std::size_t held_by(std::uint8_t address) const {
    return static_cast<std::size_t>(std::count_if(
        taken.begin(), taken.end(), [&](const Taken& each) { return each.address == address; }));
  }
  [[nodiscard]] std::optional<PeerId> gives_way(std::size_t ours, voice::TimePoint now) const {
    const Taken* chosen = nullptr;
    std::size_t most = 0;
    for (const Taken& each : taken) {
      if (held_by(each.address) <= most) continue;
      most = held_by(each.address);
      chosen = &each;
    }
    if (chosen == nullptr || most <= ours) return std::nullopt;
    const bool is_old = now >= chosen->since + std::chrono::seconds{3};
    return most - ours >= 2 || is_old ? std::optional(chosen->id) : std::nullopt;
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
  voice::TimePoint now{std::chrono::hours{1}};
  for (std::uint32_t step = 1; step <= 1000; ++step) {
    now += std::chrono::milliseconds{random.between(std::int64_t{0}, 300)};
    const auto address = static_cast<std::uint8_t>(1 + random.below(addresses));
    const bool grows = model.taken.size() < 3 || (model.taken.size() < 40 && random.percent(52));
    if (grows) {
      places.take({step, step}, address_of(address), now);
      model.taken.push_back({{step, step}, address, now});
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
    for (std::size_t ours = 0; ours < 4; ++ours) {
      REQUIRE(places.gives_way(ours, now) == model.gives_way(ours, now));
    }
    for (std::uint8_t each = 1; each <= addresses; ++each) {
      REQUIRE(places.held_by(address_of(each)) == model.held_by(each));
    }
  }
}

TEST_CASE("however many places one address takes, the others keep theirs", "[fair_places]") {
  constexpr std::size_t places_max = 16;
  const voice::TimePoint now{std::chrono::hours{1}};
  FairPlaces places;
  // Seven addresses with two peers each, in turn, before the flood.
  std::vector<PeerId> honest;
  for (std::uint32_t i = 1; i <= 14; ++i) {
    honest.push_back({i, i});
    places.take(honest.back(), address_of(static_cast<std::uint8_t>(1 + i % 7)), now);
  }
  for (std::uint32_t i = 100; places.size() < places_max; ++i) {
    places.take({i, i}, address_of(99), now);
  }
  CHECK_FALSE(places.gives_way(2, now + std::chrono::hours{1}));
  for (const PeerId& each : {honest[0], honest[8]}) places.give_back(each);
  for (std::uint32_t i = 200; places.size() < places_max; ++i) {
    places.take({i, i}, address_of(99), now);
  }
  // Whoever comes back takes one of the places of that address.
  const auto gone = places.gives_way(1, now);
  REQUIRE(gone);
  CHECK(gone->number == 100);
}
