#include "server/room/forwarding.hpp"

#include "tests/support/catch.hpp"

#include <vector>

using voiced::Forwarding;

namespace {

constexpr int kbits = 24;
constexpr std::size_t usual = 60;  // bytes a frame
constexpr std::uint8_t in_mid_spurt = 100;

// What the next tick finds: a packet of so many bytes; 0: none.
bool allows(Forwarding& forwarding, std::size_t bytes, std::uint8_t spurt_packets = in_mid_spurt) {
  const std::vector<std::uint8_t> packet(bytes, 1);
  return forwarding.allows({packet, spurt_packets}, kbits);
}

void begin(Forwarding& forwarding) {
  REQUIRE(allows(forwarding, usual, 0));
}

}  // namespace

TEST_CASE("forwarding begins with a talk spurt, or after half a second in which it was possible",
          "[forwarding]") {
  Forwarding forwarding;
  SECTION("at once, if the spurt has just begun") {
    const auto before = static_cast<std::uint8_t>(GENERATE(0, 1, 2));
    CHECK(allows(forwarding, usual, before));
  }
  SECTION("not yet in mid-spurt") {
    for (int i = 0; i < 25; ++i) CHECK_FALSE(allows(forwarding, usual, i == 0 ? 3 : in_mid_spurt));
    CHECK(allows(forwarding, usual));
  }
  SECTION("the half second has no gap") {
    for (int i = 0; i < 25; ++i) CHECK_FALSE(allows(forwarding, usual));
    CHECK_FALSE(allows(forwarding, 0));
    for (int i = 0; i < 25; ++i) CHECK_FALSE(allows(forwarding, usual));
    CHECK(allows(forwarding, usual));
  }
}

TEST_CASE("forwarding goes on until there is no packet", "[forwarding]") {
  Forwarding forwarding;
  begin(forwarding);
  for (int i = 0; i < 500; ++i) REQUIRE(allows(forwarding, usual));
  CHECK_FALSE(allows(forwarding, 0));
  CHECK_FALSE(allows(forwarding, usual));
}

TEST_CASE("a packet more than twice as long as the setting means is not forwarded",
          "[forwarding]") {
  Forwarding forwarding;
  begin(forwarding);
  CHECK(allows(forwarding, 2 * usual));
  CHECK_FALSE(allows(forwarding, 2 * usual + 1));
}

TEST_CASE("a talker cannot choose the listeners' bit rate", "[forwarding]") {
  Forwarding forwarding;
  const auto size = static_cast<std::size_t>(GENERATE(61, 74, 75, 76, 90, 120));
  CAPTURE(size);
  std::size_t bytes = 0, ticks = 0;
  for (int i = 0; i < 5000; ++i) {
    const bool is_forwarded = allows(forwarding, size, 0);
    bytes += is_forwarded ? size : usual;
    ticks += is_forwarded ? 1 : 0;
  }

  CHECK(bytes <= 5000 * usual * 5 / 4 + 10 * usual);
  CHECK((ticks == 5000) == (size <= 75));
}

TEST_CASE("a burst of long packets is forwarded, as an encoder with a variable rate makes them",
          "[forwarding]") {
  Forwarding forwarding;
  begin(forwarding);
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < 10; ++i) REQUIRE(allows(forwarding, usual * 3 / 2));
    for (int i = 0; i < 10; ++i) REQUIRE(allows(forwarding, usual));
  }
}
