#include "server/conference/ban_list.hpp"

#include "tests/support/catch.hpp"

using voiced::AddressKey;
using voiced::Ban;
using voiced::BanList;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::sys_seconds now{1'700'000'000s};

AddressKey key_of(std::uint8_t last) {
  AddressKey key{};
  key[15] = last;
  return key;
}

Ban address_ban(std::uint8_t last, std::optional<std::chrono::sys_seconds> until = {}) {
  return {"192.0.2." + std::to_string(last), key_of(last), until, ""};
}

Ban name_ban(const std::string& name, std::optional<std::chrono::sys_seconds> until = {}) {
  return {name, std::nullopt, until, "because"};
}

}  // namespace

TEST_CASE("a ban holds for its address or its name and for nobody else", "[ban_list]") {
  BanList bans;
  REQUIRE(bans.add(address_ban(7)));
  REQUIRE(bans.add(name_ban("Eve")));

  CHECK(bans.find(key_of(7), now) != nullptr);
  CHECK(bans.find(key_of(8), now) == nullptr);
  REQUIRE(bans.find("Eve", now) != nullptr);
  CHECK(bans.find("Eve", now)->reason == "because");
  CHECK(bans.find("eve", now) == nullptr);
  CHECK(bans.find("192.0.2.7", now) == nullptr);
  REQUIRE(bans.all().size() == 2);
  CHECK(bans.all()[0]->who == "192.0.2.7");
  CHECK(bans.all()[1]->who == "Eve");
}

TEST_CASE("a ban for a time ends to the second, and is then forgotten", "[ban_list]") {
  BanList bans;
  REQUIRE(bans.add(address_ban(7, now + 60s)));
  REQUIRE(bans.add(name_ban("Eve")));

  CHECK(bans.find(key_of(7), now + 59s) != nullptr);
  CHECK(bans.find(key_of(7), now + 60s) == nullptr);
  CHECK_FALSE(bans.expire(now + 59s));
  CHECK(bans.size() == 2);
  CHECK(bans.expire(now + 60s));
  CHECK(bans.size() == 1);
  CHECK_FALSE(bans.expire(now + 1000h));
}

TEST_CASE("banning again changes the ban, lifting it takes what is shown", "[ban_list]") {
  BanList bans;
  REQUIRE(bans.add(address_ban(7, now + 60s)));
  REQUIRE(bans.add(address_ban(7)));

  CHECK(bans.size() == 1);
  CHECK(bans.find(key_of(7), now + 60s) != nullptr);
  CHECK_FALSE(bans.remove("192.0.2.8"));
  CHECK(bans.remove("192.0.2.7"));
  CHECK_FALSE(bans.remove("192.0.2.7"));
  CHECK(bans.find(key_of(7), now) == nullptr);
}

TEST_CASE("the list is bounded, but what is in it can still be changed", "[ban_list]") {
  BanList bans;
  for (std::size_t i = 0; i < voiced::bans_max; ++i) {
    REQUIRE(bans.add(name_ban("Eve" + std::to_string(i))));
  }

  CHECK_FALSE(bans.add(name_ban("one too many")));
  CHECK_FALSE(bans.add(address_ban(7)));
  CHECK(bans.add(name_ban("Eve0", now + 1s)));
  CHECK(bans.size() == voiced::bans_max);
  CHECK(bans.expire(now + 1s));
  CHECK(bans.add(address_ban(7)));
}
