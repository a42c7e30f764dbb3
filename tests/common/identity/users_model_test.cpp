// The users file after random changes, compared with a map; and its limits.
#include "common/identity/base64.hpp"
#include "common/identity/users.hpp"

#include "tests/sim/world/random.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>

using namespace voice::identity;

namespace {

/// No password has these keys; making real ones would take minutes.
User random_user(sim::Random& random) {
  User user;
  user.role = random.pick(std::array{UserRole::listener, UserRole::speaker, UserRole::operator_});
  user.verifier.cost = random.percent(50) ? cost_min : cost_max;
  for (auto& byte : user.verifier.salt) byte = static_cast<std::uint8_t>(random.below(256));
  for (auto& byte : user.verifier.stored_key) byte = static_cast<std::uint8_t>(random.below(256));
  return user;
}

using Accounts = std::map<std::string, User, std::less<>>;

Users parsed(const std::string& text) {
  const auto users = parse_users(text);
  REQUIRE(users.has_value());
  return *users;
}

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

std::string line_of(const std::string& name) {
  return name + ":speaker:" + to_string(Verifier{.cost = cost_min}) + '\n';
}

}  // namespace

TEST_CASE("after any changes the file holds those accounts, and what else was in it",
          "[users][model]") {
  const auto seed = GENERATE(range(std::uint64_t{1}, std::uint64_t{6}));
  CAPTURE(seed);
  sim::Random random(seed);
  const std::string names[] = {"anna", "Anna", "ann", "anna2", "Zoë", "a b", "1", "-"};
  const std::string others = "# ours: not anna:speaker\n\n  \n";
  std::string text = others;
  Accounts model;
  std::optional<Key> decoy;
  for (int step = 0; step < 200; ++step) {
    const std::string& name = names[random.below(std::size(names))];
    if (random.percent(60)) {
      const User user = random_user(random);
      text = with_user(text, name, user);
      model.insert_or_assign(name, user);
    } else {
      text = without_user(text, name);
      model.erase(name);
    }
    const Users users = parsed(text);
    REQUIRE(users.by_name == model);
    REQUIRE(users.costs.size() == model.size());
    REQUIRE(std::is_sorted(users.costs.begin(), users.costs.end()));
    if (decoy) REQUIRE(users.decoy == decoy);
    decoy = users.decoy;
    REQUIRE(text.find(others) != std::string::npos);
    REQUIRE(lines_of(text) == lines_of(others) + model.size() + (decoy ? 1 : 0));
  }
}

TEST_CASE("a file from another editor is read, and stays readable after a change", "[users]") {
  // Line ends of Windows, and no line end at the end.
  std::string text = "# ours\r\n" + line_of("anna");
  text.insert(text.size() - 1, "\r");
  text += "\r\n\t\r\n" + line_of("bob");
  text.pop_back();

  const Users users = parsed(text);
  CHECK(users.by_name.size() == 2);
  CHECK_FALSE(users.decoy);
  const Users more = parsed(with_user(text, "carl", users.by_name.at("bob")));
  CHECK(more.by_name.size() == 3);
  CHECK(more.by_name.at("anna") == users.by_name.at("anna"));
  CHECK(parsed(without_user(text, "bob")).by_name.size() == 1);
}

TEST_CASE("an account that was entered twice is one after its password is changed", "[users]") {
  const std::string twice = line_of("anna") + line_of("bob") + line_of("anna");
  REQUIRE_FALSE(parse_users(twice).has_value());

  sim::Random random(1);
  const User user = random_user(random);
  const Users users = parsed(with_user(twice, "anna", user));
  CHECK(users.by_name.size() == 2);
  CHECK(users.by_name.at("anna") == user);
  CHECK(parsed(without_user(twice, "anna")).by_name.size() == 1);
}

TEST_CASE("no name removes comments or the line that strangers' salts come from", "[users]") {
  const std::string text = "# one\n*:decoy:" + to_base64(Key{}) + "\n\n" + line_of("anna");
  for (const char* const name : {"", "*", "# one", "#", "decoy", "ann", "annaa", "Anna"}) {
    CAPTURE(name);
    CHECK(without_user(text, name) == text);
  }
}

TEST_CASE("a decoy is added once, in front, and kept", "[users]") {
  const std::string bare = line_of("anna");
  const std::string with = with_decoy(bare);
  CHECK(with.starts_with("*:decoy:"));
  CHECK(with.ends_with(bare));
  CHECK(with_decoy(with) == with);
  CHECK(parsed(with).decoy.has_value());
  // Two are not the same: each file has its own.
  CHECK(parsed(with_decoy(bare)).decoy != parsed(with).decoy);
  // A new file begins with a heading.
  CHECK(with_decoy("").starts_with("# "));
}

TEST_CASE("a file has up to ten thousand accounts", "[users]") {
  std::string text = "*:decoy:" + to_base64(Key{}) + '\n';
  for (std::size_t i = 0; i < users_max; ++i) text += line_of("user " + std::to_string(i));
  CHECK(text.size() <= users_bytes_max);
  CHECK(parsed(text).by_name.size() == users_max);

  const auto more = parse_users(text + line_of("one more"));
  REQUIRE_FALSE(more.has_value());
  CHECK(more.error() == "10002: is one account too many; at most 10000 are allowed");
}

TEST_CASE("each role has one word", "[users]") {
  for (const UserRole role : {UserRole::listener, UserRole::speaker, UserRole::operator_}) {
    CHECK(parse_role(to_string(role)) == role);
  }
  for (const char* const word : {"", "Speaker", "operator_", "speaker ", "admin"}) {
    CHECK_FALSE(parse_role(word));
  }
}
