// A crowd that logs in at random: what must hold whoever comes, asks, fails and goes.
#include "server/host/logins.hpp"

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

struct Member {
  std::uint8_t address;
  voice::TimePoint since;
  bool is_asked = false;
  bool has_gone = false;
};

class Story {
 public:
  explicit Story(std::uint64_t seed, std::uint8_t addresses)
      : random_(seed), addresses_(addresses) {}

  void step() {
    now_ += std::chrono::milliseconds{random_.between(std::int64_t{0}, 300)};
    const auto what = random_.below(10);
    if (what < 6) {
      begin();
    } else if (what < 7) {
      ask();
    } else if (what < 8) {
      end();
    } else {
      answer();
    }
    check();
  }

  std::size_t refused = 0;
  std::size_t gave_way = 0;

 private:
  using Members = std::map<std::uint64_t, Member>;

  void begin() {
    const auto address = static_cast<std::uint8_t>(1 + random_.below(addresses_));
    const auto why_not = logins_.why_not_now(address_of(address), "", now_);
    if (why_not) {
      ++refused;
      return;
    }
    const std::size_t ours = from(address);
    REQUIRE(ours < logins_per_address_max);
    const auto gone = logins_.begin({0, ++number_}, address_of(address), "", now_);
    if (gone) give_way(gone->number, ours);
    members_.emplace(number_, Member{address, now_});
  }
  /// The one that loses its place does not wait for a verdict, and its address had more than the
  /// one that takes it, so that a single address cannot shut others out.
  void give_way(std::uint64_t number, std::size_t ours) {
    ++gave_way;
    REQUIRE(members_.size() == logins_max);
    const Member& loser = members_.at(number);
    REQUIRE_FALSE(loser.is_asked);
    REQUIRE(from(loser.address) > ours);
    REQUIRE((from(loser.address) > ours + 1 || now_ - loser.since >= std::chrono::seconds{3}));
    members_.erase(number);
  }
  void ask() {
    const auto chosen = pick([](const Member& each) { return !each.is_asked; });
    if (chosen == members_.end()) return;
    // An Opening is no guess, so that no pause disturbs the story.
    logins_.ask({0, chosen->first}, claim::Opening{"", "nonce"});
    chosen->second.is_asked = true;
    ++asked_;
  }
  void end() {
    const auto chosen = pick([](const Member& each) { return !each.has_gone && !each.is_asked; });
    if (chosen == members_.end()) return;
    logins_.end({0, chosen->first}, now_);
    members_.erase(chosen);
  }
  void answer() {
    REQUIRE(logins_.take_checks().size() == asked_);
    asked_ = 0;
    const auto chosen = pick([](const Member& each) { return each.is_asked; });
    if (chosen == members_.end()) return;
    REQUIRE(logins_.answered({0, chosen->first}));
    chosen->second.is_asked = false;
  }
  void check() {
    REQUIRE(logins_.size() == members_.size());
    REQUIRE(members_.size() <= logins_max);
    for (std::uint8_t address = 1; address <= addresses_; ++address) {
      REQUIRE(from(address) <= logins_per_address_max);
    }
    for (const auto& [number, member] : members_) REQUIRE(logins_.is_under_way({0, number}));
  }

  [[nodiscard]] std::size_t from(std::uint8_t address) const {
    return static_cast<std::size_t>(
        std::count_if(members_.begin(), members_.end(),
                      [&](const auto& each) { return each.second.address == address; }));
  }
  template <class Is>
  Members::iterator pick(Is is) {
    std::vector<Members::iterator> some;
    for (auto each = members_.begin(); each != members_.end(); ++each) {
      if (is(each->second)) some.push_back(each);
    }
    return some.empty() ? members_.end() : random_.pick(some);
  }

  sim::Random random_;
  std::uint8_t addresses_;
  voice::TimePoint now_{std::chrono::hours{1}};
  Logins logins_;
  Members members_;
  std::uint64_t number_ = 0;
  std::size_t asked_ = 0;
};

}  // namespace

TEST_CASE("whoever logs in, no address has more than its share, and only larger ones give way",
          "[logins][model]") {
  // With few addresses, their limits count; with many, the limit of all.
  const auto addresses = GENERATE(as<std::uint8_t>{}, 5, 40, 200);
  const auto seed = GENERATE(range(std::uint64_t{1}, std::uint64_t{4}));
  CAPTURE(static_cast<int>(addresses), seed);
  Story story(seed, addresses);
  for (int i = 0; i < 1200; ++i) story.step();
  CHECK(story.refused > 0);
  CHECK((story.gave_way > 0) == (addresses > 5));
}

TEST_CASE("an address that guesses is slowed down as in a list of attempts", "[logins]") {
  // Five failures are free; then each doubles the pause, whoever it was about.
  Logins logins;
  const voice::TimePoint now{std::chrono::hours{1}};
  const char* const told[] = {"", "", "", "", "", "", "1 s", "2 s", "4 s", "8 s"};
  for (const std::string expected : told) {
    const auto why_not = logins.why_not_now(address_of(1), "", now);
    CHECK(why_not.has_value() == !expected.empty());
    if (why_not) CHECK(why_not->words == "too many failed attempts; try again in " + expected);
    logins.failed(address_of(1), "", now);
  }
  CHECK_FALSE(logins.why_not_now(address_of(2), "", now));
  // A second that has begun is told as a whole one.
  const auto later = logins.why_not_now(address_of(1), "", now + std::chrono::milliseconds{15'500});
  REQUIRE(later);
  CHECK(later->words == "too many failed attempts; try again in 1 s");
  logins.tidy(now + std::chrono::hours{2});
  CHECK_FALSE(logins.why_not_now(address_of(1), "", now));
}
