// Random bans, compared with a list in which each ban is compared with each address bit by bit.
#include "server/host/ban_list.hpp"

#include "tests/sim/world/random.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace voiced;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::sys_seconds start{1'700'000'000s};

/// Few distinct addresses, close to each other, so that ranges overlap and repeat.
WholeAddress random_address(sim::Random& random) {
  const auto byte = [&] { return static_cast<std::uint8_t>(random.below(4) << 6); };
  const auto kind = random.below(3);
  if (kind == 0) return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, byte(), byte(), byte()};
  if (kind == 1) return {0x20, 0x01, 0x0D, 0xB8, 0, byte(), byte(), byte(), byte(), byte()};
  return {0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, byte(), byte()};
}

bool bit_of(const WholeAddress& address, std::size_t bit) {
  return ((address[bit / 8] >> (7 - bit % 8)) & 1) != 0;
}

/// Docstring of Ban and of AddressRange: IPv4 in IPv4 only; the first bits are equal.
struct Row {
  WholeAddress address;
  std::size_t bits;
  std::optional<std::chrono::sys_seconds> until;
  std::string who;

  [[nodiscard]] bool covers(const WholeAddress& other) const {
    if (is_ipv4(address) != is_ipv4(other)) return false;
    for (std::size_t bit = 0; bit < bits; ++bit) {
      if (bit_of(address, bit) != bit_of(other, bit)) return false;
    }
    return true;
  }
  [[nodiscard]] bool is_same(const Row& other) const {
    return bits == other.bits && covers(other.address);
  }
  [[nodiscard]] bool is_over(std::chrono::sys_seconds now) const { return until && *until <= now; }
};

std::string found(const std::vector<Row>& rows, const WholeAddress& address,
                  std::chrono::sys_seconds now) {
  const Row* narrowest = nullptr;
  for (const Row& row : rows) {
    if (row.is_over(now) || !row.covers(address)) continue;
    if (narrowest == nullptr || row.bits > narrowest->bits) narrowest = &row;
  }
  return narrowest == nullptr ? "" : narrowest->who;
}

Row random_row(sim::Random& random, std::chrono::sys_seconds now, int number) {
  const WholeAddress address = random_address(random);
  const std::size_t first = is_ipv4(address) ? ipv4_at_bit : 0;
  const std::size_t last = bits_told_apart(address_key(address));
  // The widest and the narrowest ranges are as likely as all others together.
  std::size_t bits = first + random.below(last - first + 1);
  if (random.percent(50)) bits = random.percent(50) ? first : last;
  Row row{address, bits, {}, std::to_string(number)};
  if (random.percent(50)) row.until = now + std::chrono::seconds{random.below(300)};
  return row;
}

}  // namespace

TEST_CASE("an address is banned exactly when one of the bans covers it, by the narrowest",
          "[ban_list][model]") {
  const auto seed = GENERATE(range(std::uint64_t{1}, std::uint64_t{7}));
  CAPTURE(seed);
  sim::Random random(seed);
  BanList bans;
  std::vector<Row> rows;
  auto now = start;
  for (int step = 0; step < 400; ++step) {
    now += std::chrono::seconds{random.below(10)};
    const Row row = random_row(random, now, step);
    const AddressRange range(row.address, row.bits);
    const auto is_same = [&](const Row& each) { return each.is_same(row); };
    const bool was_there = std::any_of(rows.begin(), rows.end(), is_same);
    if (random.percent(70)) {
      REQUIRE(bans.add({row.who, range, row.until, ""}));
      std::erase_if(rows, is_same);
      rows.push_back(row);
    } else {
      REQUIRE(bans.remove(range) == was_there);
      std::erase_if(rows, is_same);
    }
    if (random.one_in(5)) {
      const auto expired = std::erase_if(rows, [&](const Row& each) { return each.is_over(now); });
      REQUIRE(bans.expire(now) == (expired != 0));
    }
    REQUIRE(bans.size() == rows.size());
    for (int i = 0; i < 40; ++i) {
      const WholeAddress address = random_address(random);
      const Ban* const ban = bans.find(address_key(address), now);
      REQUIRE((ban == nullptr ? "" : ban->who) == found(rows, address_key(address), now));
    }
  }
}
