#include "server/host/doorman.hpp"

#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using voiced::AddressKey;
using voiced::Admission;
using voiced::Doorman;
using voiced::DoormanLimits;

namespace {

constexpr voice::TimePoint start{std::chrono::hours{1}};

AddressKey address(int number) {
  AddressKey key{};
  key[14] = static_cast<std::uint8_t>(number >> 8);
  key[15] = static_cast<std::uint8_t>(number);
  return key;
}

DoormanLimits limits() {
  return {.strangers_max = 5,
          .strangers_per_address_max = 3,
          .joins_per_address_per_s = 1,
          .joins_per_address_burst = 100};
}

}  // namespace

TEST_CASE("strangers from one address are limited, and another address is still welcome",
          "[doorman]") {
  Doorman doorman(limits());
  for (int i = 0; i < 3; ++i) CHECK(doorman.arrived(address(1), start) == Admission::welcome);

  CHECK(doorman.arrived(address(1), start) == Admission::too_many_strangers_from_address);
  CHECK(doorman.arrived(address(2), start) == Admission::welcome);
  CHECK(doorman.strangers() == 4);
}

TEST_CASE("strangers are bounded in total, whatever their addresses", "[doorman]") {
  Doorman doorman(limits());
  for (int i = 0; i < 5; ++i) CHECK(doorman.arrived(address(i), start) == Admission::welcome);

  CHECK(doorman.arrived(address(9), start) == Admission::too_many_strangers);
}

TEST_CASE("a stranger that has shown itself or gone makes room", "[doorman]") {
  Doorman doorman(limits());
  for (int i = 0; i < 3; ++i) CHECK(doorman.arrived(address(1), start) == Admission::welcome);
  doorman.shown(address(1));
  CHECK(doorman.arrived(address(1), start) == Admission::welcome);
  CHECK(doorman.arrived(address(1), start) == Admission::too_many_strangers_from_address);

  doorman.left(address(1), true);
  CHECK(doorman.arrived(address(1), start) == Admission::welcome);
  doorman.left(address(1), false);
  CHECK(doorman.arrived(address(1), start) == Admission::too_many_strangers_from_address);
  CHECK(doorman.strangers() == 3);
}

TEST_CASE("one address joins no faster than its rate after a burst", "[doorman]") {
  DoormanLimits fast = limits();
  fast.joins_per_address_burst = 2;
  Doorman doorman(fast);
  CHECK(doorman.arrived(address(1), start) == Admission::welcome);
  CHECK(doorman.arrived(address(1), start) == Admission::welcome);

  CHECK(doorman.arrived(address(1), start) == Admission::too_fast_from_address);
  CHECK(doorman.arrived(address(1), start + 1s) == Admission::welcome);
}

TEST_CASE("addresses are forgotten when they have been quiet, never while a peer is connected",
          "[doorman]") {
  Doorman doorman(limits());
  CHECK(doorman.arrived(address(1), start) == Admission::welcome);
  CHECK(doorman.arrived(address(2), start) == Admission::welcome);
  doorman.left(address(2), true);

  doorman.tidy(start + 61s);

  CHECK(doorman.addresses() == 1);
}

TEST_CASE("a flood of addresses keeps the table bounded", "[doorman]") {
  Doorman doorman(limits());
  for (int i = 0; i < 20'000; ++i) {
    if (doorman.arrived(address(i), start) == Admission::welcome) doorman.left(address(i), true);
  }

  CHECK(doorman.addresses() <= 8192);
  CHECK(doorman.strangers() == 0);
}

TEST_CASE("new limits apply to newcomers at once, also from known addresses", "[doorman]") {
  DoormanLimits slow = limits();
  slow.joins_per_address_burst = 2;
  Doorman doorman(slow);
  for (int i = 0; i < 2; ++i) CHECK(doorman.arrived(address(1), start) == Admission::welcome);
  CHECK(doorman.arrived(address(1), start) == Admission::too_fast_from_address);

  DoormanLimits fast = limits();
  fast.joins_per_address_per_s = 100;
  doorman.set_limits(fast);
  CHECK(doorman.arrived(address(1), start + 100ms) == Admission::welcome);

  fast.strangers_per_address_max = 1;
  doorman.set_limits(fast);
  CHECK(doorman.arrived(address(1), start + 200ms) == Admission::too_many_strangers_from_address);
  CHECK(doorman.arrived(address(2), start + 200ms) == Admission::welcome);
  CHECK(doorman.strangers() == 4);
}

TEST_CASE("participants from one address are limited, strangers included", "[doorman]") {
  DoormanLimits few = limits();
  few.participants_per_address_max = 2;
  Doorman doorman(few);
  CHECK(doorman.arrived(address(1), start) == Admission::welcome);
  doorman.shown(address(1));
  CHECK(doorman.arrived(address(1), start) == Admission::welcome);

  CHECK(doorman.arrived(address(1), start) == Admission::too_many_participants_from_address);
  CHECK(doorman.arrived(address(2), start) == Admission::welcome);
  SECTION("a place given up can be taken again") {
    doorman.left(address(1), false);
    CHECK(doorman.arrived(address(1), start) == Admission::welcome);
    CHECK(doorman.arrived(address(1), start) == Admission::too_many_participants_from_address);
  }
  SECTION("a refused peer takes no place") {
    doorman.left(address(1), true);
    doorman.left(address(1), false);
    CHECK(doorman.arrived(address(1), start) == Admission::welcome);
    CHECK(doorman.arrived(address(1), start) == Admission::welcome);
  }
  SECTION("a new limit holds for newcomers") {
    few.participants_per_address_max = 3;
    doorman.set_limits(few);
    CHECK(doorman.arrived(address(1), start) == Admission::welcome);
    few.participants_per_address_max = 0;
    doorman.set_limits(few);
    CHECK(doorman.arrived(address(1), start) == Admission::welcome);
  }
}
