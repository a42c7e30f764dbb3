// Random logins, compared with lists in the order of their last use.
#include "server/host/known_addresses.hpp"

#include "tests/server/host/addresses.hpp"
#include "tests/sim/world/random.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

using namespace voiced;
using voiced::test::address_of;

namespace {

/// What comes first was used last.
template <class T>
void use(std::vector<T>& list, const T& item, std::size_t most) {
  std::erase(list, item);
  list.insert(list.begin(), item);
  if (list.size() > most) list.pop_back();
}

}  // namespace

TEST_CASE("of each account, the addresses that were used last are known, in whatever order",
          "[logins][model]") {
  const auto seed = GENERATE(range(std::uint64_t{1}, std::uint64_t{7}));
  CAPTURE(seed);
  sim::Random random(seed);
  KnownAddresses known;
  std::map<std::string, std::vector<std::uint8_t>> model;
  for (int step = 0; step < 2000; ++step) {
    const std::string account(1, static_cast<char>('a' + random.below(3)));
    const auto address = static_cast<std::uint8_t>(1 + random.below(8));
    known.add(account, address_of(address));
    use(model[account], address, KnownAddresses::addresses_max);
    for (const auto& [name, list] : model) {
      for (std::uint8_t each = 1; each <= 8; ++each) {
        const bool is_in_list = std::find(list.begin(), list.end(), each) != list.end();
        REQUIRE(known.has(name, address_of(each)) == is_in_list);
      }
    }
  }
  CHECK(known.accounts() == model.size());
}

TEST_CASE("of all accounts, those that logged in last are known, whatever came before",
          "[logins][model]") {
  sim::Random random(1);
  KnownAddresses known;
  std::vector<std::uint64_t> model;
  const auto log_in = [&](std::uint64_t account) {
    known.add(std::to_string(account), address_of(1));
    use(model, account, KnownAddresses::accounts_max);
  };
  for (std::uint64_t i = 0; i < KnownAddresses::accounts_max; ++i) log_in(i);
  constexpr std::uint64_t names = KnownAddresses::accounts_max + 500;
  for (int step = 0; step < 3000; ++step) log_in(random.below(names));

  CHECK(known.accounts() == KnownAddresses::accounts_max);
  for (std::uint64_t each = 0; each < names; ++each) {
    const bool is_in_list = std::find(model.begin(), model.end(), each) != model.end();
    REQUIRE(known.has(std::to_string(each), address_of(1)) == is_in_list);
  }
}
