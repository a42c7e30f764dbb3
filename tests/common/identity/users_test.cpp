// The users file: reading it, changing it, and what it reveals.
#include "common/identity/users.hpp"

#include "common/identity/base64.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <cstdlib>

using namespace voice::identity;

namespace {

User user_of(const std::string& password, UserRole role = UserRole::speaker) {
  return {role, make_verifier(password, make_random<Salt>(), cost_min).value()};
}

}  // namespace

TEST_CASE("accounts are added, changed and removed, and other lines stay", "[users]") {
  const User anna = user_of("a", UserRole::operator_);
  std::string text = with_user("# ours\n\n", "anna", anna);
  text = with_user(text, "Bob Ö", user_of("b", UserRole::listener));

  const auto users = parse_users(text);
  REQUIRE(users.has_value());
  CHECK(users->by_name.size() == 2);
  CHECK(users->by_name.at("anna") == anna);
  CHECK(users->by_name.at("Bob Ö").role == UserRole::listener);
  CHECK(users->decoy.has_value());
  CHECK(text.find("# ours\n\n") != std::string::npos);

  const User later = user_of("c");
  const std::string changed = with_user(text, "anna", later);
  CHECK(parse_users(changed)->by_name.at("anna") == later);
  CHECK(std::count(changed.begin(), changed.end(), '\n') ==
        std::count(text.begin(), text.end(), '\n'));
  CHECK(parse_users(changed)->decoy == users->decoy);

  const std::string fewer = without_user(changed, "anna");
  CHECK(parse_users(fewer)->by_name.size() == 1);
  CHECK(without_user(fewer, "anna") == fewer);
  CHECK(fewer.find("# ours\n\n") != std::string::npos);
}

TEST_CASE("an invalid line is reported with its number and the remedy", "[users]") {
  const std::string good = with_user("", "anna", user_of("a"));
  const std::string verifier = good.substr(good.find("speaker:") + 8);
  const struct {
    std::string line;
    const char* fault;
  } cases[] = {
      {"anna", "must be name:role:verifier"},
      {"eve:king:" + verifier, "role"},
      {"eve:speaker:secret", "verifier"},
      {":speaker:" + verifier, "invalid name"},
      {"eve\x01:speaker:" + verifier, "invalid name"},
      {"*:decoy:AAAA", "*:decoy:"},
      {"*:other:" + verifier, "*:decoy:"},
      {"anna:speaker:" + verifier, "repeats the name"},
  };
  for (const auto& each : cases) {
    INFO(each.line);
    const auto users = parse_users(good + each.line + "\n");
    REQUIRE_FALSE(users.has_value());
    CHECK(users.error().rfind("4: ", 0) == 0);
    CHECK(users.error().find(each.fault) != std::string::npos);
  }
}

TEST_CASE("a name without an account looks like one that has one", "[users]") {
  const auto users = parse_users(with_user("", "anna", user_of("a"))).value();
  const Key other{};

  const Verifier eve = users.verifier_of("eve", other);
  CHECK(eve.salt == users.verifier_of("eve", other).salt);
  CHECK(eve.salt != users.verifier_of("adam", other).salt);
  CHECK(eve.cost == users.by_name.at("anna").verifier.cost);
  CHECK(users.verifier_of("anna", other) == users.by_name.at("anna").verifier);
  // No password is right, not even an empty one.
  CHECK(compare(eve, "") == Comparison::different);
}

TEST_CASE("what strangers are told about a name does not change with its account", "[users]") {
  const Key other{};
  const std::string before = with_decoy(with_user("", "anna", user_of("a")));
  const Salt salt = parse_users(before)->verifier_of("boris", other).salt;
  const auto set = [](const std::string& text, const std::string& password) {
    const Salt wanted = salt_for(parse_users(text).value(), "boris");
    return with_user(text, "boris",
                     {UserRole::speaker, make_verifier(password, wanted, cost_min).value()});
  };
  const auto told = [&](const std::string& text) {
    const Verifier verifier = parse_users(text)->verifier_of("boris", other);
    CHECK(verifier.cost == cost_min);
    return verifier.salt;
  };
  const std::string added = set(before, "b");
  CHECK(told(added) == salt);
  CHECK(compare(parse_users(added)->by_name.at("boris").verifier, "b") == Comparison::same);
  const std::string changed = set(added, "c");
  CHECK(told(changed) == salt);
  CHECK(compare(parse_users(changed)->by_name.at("boris").verifier, "c") == Comparison::same);
  CHECK(told(without_user(changed, "boris")) == salt);
  CHECK(salt_for(parse_users(before).value(), "carl") != salt);
  // An account with a salt of its own, as older versions made them, keeps it.
  const Users old = parse_users(with_user(before, "dora", user_of("d"))).value();
  CHECK(salt_for(old, "dora") == old.by_name.at("dora").verifier.salt);
}

TEST_CASE("names without an account have the costs of accounts, as often and always the same",
          "[users]") {
  constexpr Cost dear{.memory_kib = 64 * 1024, .passes = 3};
  const User cheap = user_of("a");
  User costly = cheap;
  costly.verifier.cost = dear;
  std::string text = with_user("*:decoy:" + to_base64(Key{7}) + '\n', "anna", cheap);
  for (const char* const name : {"bob", "carl", "dora"}) text = with_user(text, name, costly);
  const Users users = parse_users(text).value();
  const Users more = parse_users(with_user(text, "emil", costly)).value();

  constexpr int names = 4000;
  int costly_names = 0, changed_names = 0;
  for (int i = 0; i < names; ++i) {
    const std::string name = "nobody " + std::to_string(i);
    const Cost cost = users.verifier_of(name, Key{}).cost;
    REQUIRE((cost == dear || cost == cheap.verifier.cost));
    REQUIRE(cost == users.verifier_of(name, Key{}).cost);
    if (cost == dear) ++costly_names;
    if (more.verifier_of(name, Key{}).cost != cost) ++changed_names;
  }
  // Three of four, within five standard deviations; and one more account changes a twentieth.
  CHECK(std::abs(costly_names - names * 3 / 4) < 137);
  CHECK(std::abs(changed_names - names / 20) < 70);
}

TEST_CASE("names are visible and cannot be taken for something else in the file", "[users]") {
  for (const char* const good : {"anna", "Anna B", "Zoë", "1", "a#b", "a*"}) {
    INFO(good);
    CHECK(name_fault(good).empty());
  }
  for (const char* const bad : {"", " a", "a ", "a:b", "#a", "*", "a\nb", "\u200B"}) {
    INFO(bad);
    CHECK_FALSE(name_fault(bad).empty());
  }
  CHECK_FALSE(name_fault(std::string(65, 'a')).empty());
  CHECK(name_fault(std::string(64, 'a')).empty());
}
