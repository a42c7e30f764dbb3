#include "server/host/logins.hpp"

#include "tests/support/catch.hpp"

using namespace voiced;
using std::chrono::seconds;

namespace {

constexpr voice::TimePoint now{std::chrono::hours{1}};

AddressKey address_of(std::uint8_t byte) {
  AddressKey key{};
  key[15] = byte;
  return key;
}

struct Trial {
  /// Begins if it may; returns whether it did.
  bool begin(std::uint64_t number, std::uint8_t address) {
    if (logins.why_not_now(address_of(address), "", now)) return false;
    logins.begin({0, number}, address_of(address));
    return true;
  }
  Logins logins;
};

}  // namespace

TEST_CASE("one address has a few logins under way, and leaves room for others", "[logins]") {
  Trial trial;
  std::uint64_t number = 0;
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
  // It counts as failed: it may not come again at once for ever.
  CHECK(trial.logins.why_not_now(address_of(1), "", now).value_or("").find("failed") !=
        std::string::npos);
}

TEST_CASE("both the address and the account are slowed down, whether it exists or not",
          "[logins]") {
  Trial trial;
  for (std::uint8_t i = 0; i < 12; ++i) {
    trial.logins.failed(address_of(static_cast<std::uint8_t>(10 + i)), "anna", now);
  }
  const auto elsewhere = trial.logins.why_not_now(address_of(1), "anna", now);
  REQUIRE(elsewhere.has_value());
  CHECK(elsewhere->find("try again in 2 s") != std::string::npos);
  CHECK_FALSE(trial.logins.why_not_now(address_of(1), "bob", now).has_value());

  trial.logins.granted("anna");
  CHECK_FALSE(trial.logins.why_not_now(address_of(1), "anna", now).has_value());

  for (int i = 0; i < 7; ++i) trial.logins.failed(address_of(1), "", now);
  CHECK(trial.logins.why_not_now(address_of(1), "bob", now).has_value());
  trial.logins.granted("bob");
  CHECK(trial.logins.why_not_now(address_of(1), "bob", now).has_value());
  CHECK_FALSE(trial.logins.why_not_now(address_of(1), "bob", now + seconds{2}).has_value());
}
