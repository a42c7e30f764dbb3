// Random arrivals and departures, compared with a list of the peers that are here.
#include "server/host/doorman.hpp"

#include "tests/server/host/addresses.hpp"
#include "tests/sim/world/random.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <vector>

using namespace voiced;
using voiced::test::address_of;

namespace {

constexpr voice::TimePoint start{std::chrono::hours{1}};
constexpr std::uint8_t addresses = 6;

struct Visitor {
  std::uint8_t address;  // 0: a proxy whose header has not arrived
  bool is_stranger = true;
};

class Model {
 public:
  std::vector<Visitor> here;

  [[nodiscard]] std::size_t strangers() const {
    return count([](const Visitor& each) { return each.is_stranger; });
  }
  [[nodiscard]] std::size_t from(std::uint8_t address) const {
    return count([&](const Visitor& each) { return each.address == address; });
  }
  [[nodiscard]] std::size_t strangers_from(std::uint8_t address) const {
    return count([&](const Visitor& each) { return each.address == address && each.is_stranger; });
  }

 private:
  template <class Is>
  [[nodiscard]] std::size_t count(Is is) const {
    return static_cast<std::size_t>(std::count_if(here.begin(), here.end(), is));
  }
};

DoormanLimits random_limits(sim::Random& random) {
  return {.strangers_max = 1 + random.below(12),
          .strangers_per_address_max = 1 + random.below(6),
          .participants_per_address_max = random.below(8),
          .joins_per_address_per_s = 1e6,
          .joins_per_address_burst = 1e6};
}

/// Whether the reason that was given for a refusal is one that holds; a welcome needs that none
/// does.
bool is_right(Admission given, const Model& model, std::uint8_t address,
              const DoormanLimits& limits) {
  const std::size_t places = limits.participants_per_address_max;
  const bool is_full = model.strangers() >= limits.strangers_max;
  const bool is_address_full = model.strangers_from(address) >= limits.strangers_per_address_max;
  const bool has_no_place = places != 0 && model.from(address) >= places;
  switch (given) {
    case Admission::welcome:
      return !is_full && !is_address_full && !has_no_place;
    case Admission::too_many_strangers:
      return is_full;
    case Admission::too_many_strangers_from_address:
      return is_address_full;
    case Admission::too_many_participants_from_address:
      return has_no_place;
    case Admission::too_fast_from_address:
      break;
  }
  return false;
}

struct Story {
  explicit Story(std::uint64_t seed) : random(seed) {}

  void arrive() {
    const auto address = static_cast<std::uint8_t>(1 + random.below(addresses));
    const Admission given = doorman.arrived(address_of(address), start);
    REQUIRE(is_right(given, model, address, limits));
    if (given == Admission::welcome) model.here.push_back({address});
  }
  void arrive_by_proxy() {
    const bool is_welcome = doorman.arrived_unnamed();
    REQUIRE(is_welcome == (model.strangers() < limits.strangers_max));
    if (is_welcome) model.here.push_back({0});
  }
  /// Something happens to a peer that is here.
  void go_on() {
    if (model.here.empty()) return;
    const auto chosen =
        model.here.begin() + static_cast<std::ptrdiff_t>(random.below(model.here.size()));
    if (chosen->address == 0) {
      doorman.named();
    } else if (chosen->is_stranger && random.percent(60)) {
      doorman.shown(address_of(chosen->address));
      chosen->is_stranger = false;
      return;
    } else {
      doorman.left(address_of(chosen->address), chosen->is_stranger);
    }
    model.here.erase(chosen);
  }
  void step() {
    const auto what = random.below(20);
    if (what == 0) {
      limits = random_limits(random);
      doorman.set_limits(limits);
    } else if (what < 10) {
      arrive();
    } else if (what < 12) {
      arrive_by_proxy();
    } else {
      go_on();
    }
    REQUIRE(doorman.strangers() == model.strangers());
  }

  sim::Random random;
  DoormanLimits limits = random_limits(random);
  Doorman doorman{limits};
  Model model;
};

}  // namespace

TEST_CASE("a peer is refused exactly when one of the limits is reached, and for such a reason",
          "[doorman][model]") {
  const auto seed = GENERATE(range(std::uint64_t{1}, std::uint64_t{13}));
  CAPTURE(seed);
  Story story(seed);
  for (int i = 0; i < 3000; ++i) story.step();
  while (!story.model.here.empty()) story.go_on();
  CHECK(story.doorman.strangers() == 0);
  story.doorman.tidy(start + std::chrono::hours{1});
  CHECK(story.doorman.addresses() == 0);
}

TEST_CASE("a proxy that names nobody counts as a stranger, and takes no address's place",
          "[doorman]") {
  Doorman doorman({.strangers_max = 2, .strangers_per_address_max = 1});
  CHECK(doorman.arrived_unnamed());
  CHECK(doorman.addresses() == 0);
  CHECK(doorman.arrived(address_of(1), start) == Admission::welcome);
  CHECK_FALSE(doorman.arrived_unnamed());
  CHECK(doorman.arrived(address_of(2), start) == Admission::too_many_strangers);

  doorman.named();
  CHECK(doorman.strangers() == 1);
  CHECK(doorman.arrived(address_of(2), start) == Admission::welcome);
}

TEST_CASE("while the table is full, peers that are here stay in it", "[doorman]") {
  constexpr int addresses_max = 8192;
  const auto numbered = [](int number) {
    return AddressKey{0x20,
                      0x01,
                      0x0D,
                      0xB8,
                      static_cast<std::uint8_t>(number >> 16),
                      static_cast<std::uint8_t>(number >> 8),
                      static_cast<std::uint8_t>(number)};
  };
  Doorman doorman({.strangers_max = 4, .strangers_per_address_max = 1});
  REQUIRE(doorman.arrived(numbered(0), start) == Admission::welcome);
  for (int i = 1; i <= 2 * addresses_max; ++i) {
    REQUIRE(doorman.arrived(numbered(i), start) == Admission::welcome);
    doorman.left(numbered(i), true);
    REQUIRE(doorman.addresses() <= addresses_max);
  }
  CHECK(doorman.arrived(numbered(0), start) == Admission::too_many_strangers_from_address);
}
