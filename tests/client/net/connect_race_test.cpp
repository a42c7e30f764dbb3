// When each of a host's addresses is tried (RFC 8305).
#include "client/net/connect_race.hpp"

#include "tests/support/catch.hpp"

#include <vector>

using namespace voicecli;
using namespace std::chrono_literals;

namespace {

constexpr voice::TimePoint start{std::chrono::hours{1}};
constexpr auto v4 = AddressFamily::ipv4;
constexpr auto v6 = AddressFamily::ipv6;

std::vector<std::size_t> due_at(ConnectRace& race, voice::TimePoint now) {
  std::vector<std::size_t> due;
  while (const auto address = race.take_due(now)) due.push_back(*address);
  return due;
}

}  // namespace

TEST_CASE("the address families take turns, the system's first choice first", "[race]") {
  const auto order = [](const std::vector<AddressFamily>& families) {
    return race_order(families);
  };
  using Order = std::vector<std::size_t>;
  CHECK(order({}) == Order{});
  CHECK(order({v6, v6, v6, v6, v4}) == Order{0, 4, 1, 2, 3});
  CHECK(order({v4, v6, v4, v6}) == Order{0, 1, 2, 3});
  CHECK(order({v4, v4, v6}) == Order{0, 2, 1});
  CHECK(order(std::vector<AddressFamily>(100, v4)).size() == race_addresses_max);
}

TEST_CASE("addresses that do not answer are started a quarter of a second apart", "[race]") {
  ConnectRace race(3);

  CHECK(due_at(race, start) == std::vector<std::size_t>{0});
  CHECK(race.next() == start + 250ms);
  CHECK(due_at(race, start + 249ms).empty());
  CHECK(due_at(race, start + 250ms) == std::vector<std::size_t>{1});
  CHECK(due_at(race, start + 500ms) == std::vector<std::size_t>{2});
  CHECK(race.next() == start + 3s);
  CHECK_FALSE(race.is_lost());
}

TEST_CASE("when an address fails, the next one does not wait", "[race]") {
  ConnectRace race(3);
  REQUIRE(due_at(race, start).size() == 1);

  CHECK(race.ended(0));

  CHECK(due_at(race, start + 1ms) == std::vector<std::size_t>{1});
  CHECK(due_at(race, start + 2ms).empty());
}

TEST_CASE("each attempt has three seconds, and the race ends with the last", "[race]") {
  ConnectRace race(2);
  REQUIRE(due_at(race, start).size() == 1);
  REQUIRE(due_at(race, start + 250ms).size() == 1);

  CHECK_FALSE(race.take_expired(start + 2999ms));
  CHECK(race.take_expired(start + 3s) == 0);
  CHECK_FALSE(race.take_expired(start + 3s));
  CHECK_FALSE(race.ended(0));  // its handler is called late
  CHECK_FALSE(race.is_lost());
  CHECK(race.next() == start + 3250ms);
  CHECK(race.take_expired(start + 3250ms) == 1);
  CHECK(race.is_lost());
}

TEST_CASE("after a pause of the process all attempts expire, and the rest is still tried",
          "[race]") {
  ConnectRace race(3);
  REQUIRE(due_at(race, start).size() == 1);

  CHECK(race.take_expired(start + 10s) == 0);
  CHECK(due_at(race, start + 10s) == std::vector<std::size_t>{1});
  CHECK_FALSE(race.is_lost());
}
