#include "server/host/logins.hpp"

#include "tests/support/catch.hpp"

#include <string>
#include <vector>

using namespace voiced;
using std::chrono::seconds;

namespace {

constexpr voice::TimePoint voiced_start{std::chrono::hours{1}};

AddressKey address_of(std::uint8_t byte) {
  AddressKey key{};
  key[15] = byte;
  return key;
}

struct Trial {
  /// Begins a login if it may; returns whether it did.
  bool begin(std::uint64_t number, std::uint8_t address, const std::string& user = "") {
    if (logins.why_not_now(address_of(address), user, now)) return false;
    const auto other = logins.begin({0, number}, address_of(address), user, now);
    lost = other ? other->number : 0;
    return true;
  }
  /// Takes all places: `from_each` logins from each of the first addresses.
  void fill(std::size_t from_each) {
    std::uint64_t number = 0;
    while (number < logins_max) {
      REQUIRE(begin(number + 1, static_cast<std::uint8_t>(1 + number / from_each)));
      ++number;
    }
    REQUIRE(logins.size() == logins_max);
  }
  /// A guess at that account by a peer that has begun; returns whether it may be made.
  bool guess(std::uint64_t number, const std::string& user) {
    if (logins.why_no_guess({0, number}, user, now)) return false;
    logins.ask({0, number}, claim::Proof{.user = user, .nonce = {}, .challenge = {}, .proof = {}});
    return true;
  }
  Logins logins;
  voice::TimePoint now = voiced_start;
  std::uint64_t lost = 0;  // the peer that lost its place to the last one that began
};

}  // namespace

TEST_CASE("one address has a few logins under way, and leaves room for others", "[logins]") {
  Trial trial;
  std::uint64_t number = 0;
  const auto now = trial.now;
  while (trial.begin(++number, 1)) REQUIRE(number <= logins_per_address_max);
  CHECK(number == logins_per_address_max + 1);
  CHECK(trial.begin(100, 2));

  trial.logins.end({0, 1}, now);
  CHECK(trial.begin(101, 1));
  CHECK_FALSE(trial.begin(102, 1));
}

TEST_CASE("all together have a bounded number of logins", "[logins]") {
  Trial trial;
  std::uint64_t number = 0;
  for (std::uint8_t address = 1; address != 0; ++address) {
    for (std::size_t i = 0; i < logins_per_address_max; ++i) (void)trial.begin(++number, address);
  }
  CHECK(trial.logins.size() == logins_max);
}

TEST_CASE("a peer that goes away keeps its place until its claim is answered", "[logins]") {
  Trial trial;
  const auto now = trial.now;
  for (std::uint64_t number = 1; number <= logins_per_address_max; ++number) {
    REQUIRE(trial.begin(number, 1));
  }
  for (std::uint64_t number = 1; number <= logins_per_address_max; ++number) {
    trial.logins.ask({0, number}, claim::Password{"anna", "x"});
  }
  for (std::uint64_t number = 1; number <= logins_per_address_max; ++number) {
    trial.logins.end({0, number}, now);
    trial.logins.end({0, number}, now);
  }
  CHECK_FALSE(trial.logins.is_under_way({0, 1}));
  CHECK_FALSE(trial.begin(100, 1));
  CHECK(trial.logins.take_checks().size() == logins_per_address_max);

  CHECK_FALSE(trial.logins.answered({0, 1}));
  CHECK(trial.logins.size() == logins_per_address_max - 1);
  // It counts as failed, so the address cannot try again without end.
  const auto why_not = trial.logins.why_not_now(address_of(1), "", now);
  REQUIRE(why_not);
  CHECK(why_not->reason == CloseReason::login_slowed);
  CHECK(why_not->words.find("failed") != std::string::npos);
}

TEST_CASE("both the address and the account are slowed down, whether it exists or not",
          "[logins]") {
  Trial trial;
  const auto now = trial.now;
  for (std::uint8_t i = 0; i < 12; ++i) {
    trial.logins.failed(address_of(static_cast<std::uint8_t>(10 + i)), "anna", now);
  }
  const auto elsewhere = trial.logins.why_not_now(address_of(1), "anna", now);
  REQUIRE(elsewhere.has_value());
  CHECK(elsewhere->words.find("try again in 2 s") != std::string::npos);
  CHECK_FALSE(trial.logins.why_not_now(address_of(1), "bob", now).has_value());

  trial.logins.granted(address_of(200), "anna");
  CHECK_FALSE(trial.logins.why_not_now(address_of(1), "anna", now).has_value());

  for (int i = 0; i < 7; ++i) trial.logins.failed(address_of(1), "", now);
  CHECK(trial.logins.why_not_now(address_of(1), "bob", now).has_value());
  trial.logins.granted(address_of(1), "bob");
  CHECK(trial.logins.why_not_now(address_of(1), "bob", now).has_value());
  CHECK_FALSE(trial.logins.why_not_now(address_of(1), "bob", now + seconds{2}).has_value());
}

TEST_CASE("simultaneous guesses at an account are limited like consecutive ones", "[logins]") {
  Trial trial;
  const auto now = trial.now;
  constexpr unsigned free = 10;
  std::vector<std::uint64_t> made;
  for (std::uint8_t i = 1; i <= 100; ++i) {
    REQUIRE(trial.begin(i, i));
    if (trial.guess(i, "anna")) made.push_back(i);
  }
  // Only the first guess after the free ones makes the next one wait.
  CHECK(made.size() == free + 1);
  REQUIRE(trial.begin(101, 101));
  CHECK(trial.guess(101, "bob"));

  for (const std::uint64_t number : made) {
    REQUIRE(trial.logins.answered({0, number}));
    trial.logins.failed(address_of(static_cast<std::uint8_t>(number)), "anna", now);
  }
  // A login that had begun before waits, too.
  CHECK_FALSE(trial.guess(100, "anna"));
  const auto later = now + seconds{1};
  CHECK_FALSE(trial.logins.why_no_guess({0, 99}, "anna", later));
  trial.logins.ask({0, 99}, claim::Password{"anna", "x"});
  CHECK(trial.logins.why_no_guess({0, 98}, "anna", later));
  REQUIRE(trial.logins.answered({0, 99}));
  CHECK_FALSE(trial.logins.why_no_guess({0, 98}, "anna", later));
}

TEST_CASE("an address from which somebody has failed makes no more guesses than it has left",
          "[logins]") {
  Trial trial;
  const auto now = trial.now;
  const bool has_failed = GENERATE(false, true);
  if (has_failed) trial.logins.failed(address_of(1), "", now);
  std::size_t made = 0;
  for (std::uint64_t number = 1; number <= logins_per_address_max; ++number) {
    REQUIRE(trial.begin(number, 1));
    if (trial.guess(number, "account " + std::to_string(number))) ++made;
  }
  CHECK(made == (has_failed ? 5 : logins_per_address_max));
}

TEST_CASE("when all places are taken, the oldest login of the address with the most gives way",
          "[logins]") {
  Trial trial;
  trial.fill(logins_per_address_max);
  CHECK(trial.begin(1000, 100));
  CHECK(trial.lost == 1);
  CHECK_FALSE(trial.logins.is_under_way({0, 1}));
  CHECK(trial.logins.size() == logins_max);
  // Now the second address has more than the first.
  CHECK(trial.begin(1001, 101));
  CHECK(trial.lost == logins_per_address_max + 1);
  // The address that lost a login cannot take the place back from one that has only one more.
  CHECK_FALSE(trial.begin(1002, 1));
  CHECK(trial.begin(1003, 100));
  CHECK(trial.logins.size() == logins_max);
}

TEST_CASE("many that log in at the same moment do not take each other's places", "[logins]") {
  Trial trial;
  trial.fill(1);
  CHECK_FALSE(trial.begin(1000, 200));
  trial.now += seconds{2};
  CHECK_FALSE(trial.begin(1000, 200));
  // By now, the oldest login has had its time.
  trial.now += seconds{1};
  CHECK(trial.begin(1000, 200));
  CHECK(trial.lost == 1);
  // An address with a login gets no second one that way.
  CHECK_FALSE(trial.begin(1001, 200));
}

TEST_CASE("a claim that is with the shell does not give way", "[logins]") {
  Trial trial;
  trial.fill(logins_per_address_max);
  for (std::uint64_t number = 1; number <= logins_max; ++number) {
    trial.logins.ask({0, number}, claim::Opening{"anna", "n"});
  }
  CHECK_FALSE(trial.begin(1000, 100));
  REQUIRE(trial.logins.answered({0, 20}));
  CHECK(trial.begin(1000, 100));
  CHECK(trial.lost == 20);
}

TEST_CASE("where an account has logged in, neither failures nor logins of others delay it",
          "[logins]") {
  Trial trial;
  trial.logins.granted(address_of(7), "anna");
  for (std::uint8_t i = 0; i < 20; ++i) {
    trial.logins.failed(address_of(static_cast<std::uint8_t>(10 + i)), "anna", trial.now);
  }
  CHECK(trial.logins.why_not_now(address_of(8), "anna", trial.now).has_value());
  CHECK_FALSE(trial.logins.why_not_now(address_of(7), "anna", trial.now).has_value());
  REQUIRE(trial.begin(1, 7, "anna"));
  CHECK(trial.guess(1, "anna"));
  REQUIRE(trial.logins.answered({0, 1}));
  trial.logins.end({0, 1}, trial.now);

  SECTION("guesses from there are slowed down like those from anywhere") {
    for (int i = 0; i < 6; ++i) trial.logins.failed(address_of(7), "anna", trial.now);
    CHECK(trial.logins.why_not_now(address_of(7), "anna", trial.now).has_value());
  }
  SECTION("another account from there is a stranger") {
    for (int i = 0; i < 12; ++i) {
      trial.logins.failed(address_of(static_cast<std::uint8_t>(100 + i)), "bob", trial.now);
    }
    CHECK(trial.logins.why_not_now(address_of(7), "bob", trial.now).has_value());
  }
  SECTION("it takes the place of a stranger") {
    for (std::uint8_t i = 0; i < logins_max; ++i) {
      REQUIRE(trial.begin(10 + i, static_cast<std::uint8_t>(50 + i)));
    }
    CHECK_FALSE(trial.begin(1000, 8));
    CHECK(trial.begin(1000, 7, "anna"));
    CHECK(trial.lost == 10);
  }
}
