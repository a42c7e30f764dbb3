#include "server/host/ban_list.hpp"

#include "tests/support/catch.hpp"

using voiced::AddressKey;
using voiced::AddressRange;
using voiced::Ban;
using voiced::BanList;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::sys_seconds now{1'700'000'000s};
constexpr std::size_t v4 = voiced::ipv4_at_bit;

AddressKey v4_key(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, a, b, c, d};
}

AddressKey key_of(std::uint8_t last) {
  return v4_key(192, 0, 2, last);
}

AddressKey v6_key(std::uint8_t seventh) {
  return {0x20, 0x01, 0x0D, 0xB8, 0, 0, seventh};
}

using Until = std::optional<std::chrono::sys_seconds>;

Ban address_ban(std::uint8_t last, Until until = {}) {
  return {"192.0.2." + std::to_string(last), AddressRange::around(key_of(last)), until, ""};
}

Ban range_ban(const AddressKey& key, std::size_t bits, Until until = {}) {
  return {std::to_string(bits), AddressRange(key, bits), until, ""};
}

Ban name_ban(const std::string& name, Until until = {}) {
  return {name, std::nullopt, until, "because"};
}

std::string found(const BanList& bans, const AddressKey& key) {
  const Ban* const ban = bans.find(key, now);
  return ban == nullptr ? "" : ban->who;
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

TEST_CASE("a ban of a range holds for all addresses in it", "[ban_list]") {
  BanList bans;
  REQUIRE(bans.add(range_ban(key_of(77), v4 + 24)));
  REQUIRE(bans.add(range_ban(v6_key(1), 48)));

  CHECK(found(bans, key_of(0)) == "120");
  CHECK(found(bans, key_of(255)) == "120");
  CHECK(found(bans, v4_key(192, 0, 3, 0)).empty());
  CHECK(found(bans, v6_key(0)) == "48");
  CHECK(found(bans, v6_key(255)) == "48");
  AddressKey elsewhere = v6_key(0);
  elsewhere[5] = 1;
  CHECK(found(bans, elsewhere).empty());
}

TEST_CASE("a range of one kind of address holds for no address of the other", "[ban_list]") {
  BanList all_v4;
  REQUIRE(all_v4.add(range_ban(key_of(0), v4)));
  BanList all_v6;
  REQUIRE(all_v6.add(range_ban(v6_key(0), 0)));

  CHECK(found(all_v4, v4_key(203, 0, 113, 9)) == "96");
  CHECK(found(all_v4, v6_key(0)).empty());
  CHECK(found(all_v6, v4_key(203, 0, 113, 9)).empty());
  CHECK(found(all_v6, v6_key(0)) == "0");
  CHECK(found(all_v6, AddressKey{}) == "0");
}

TEST_CASE("a ban of a link-local address does not affect its neighbours", "[ban_list]") {
  const AddressKey eve{0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7};
  AddressKey ada = eve;
  ada[15] = 8;
  BanList bans;
  REQUIRE(bans.add({"fe80::7", AddressRange::around(eve), {}, ""}));

  CHECK(found(bans, eve) == "fe80::7");
  CHECK(found(bans, ada).empty());
  REQUIRE(bans.add(range_ban(ada, 64)));
  CHECK(found(bans, eve) == "fe80::7");
  CHECK(found(bans, ada) == "64");
}

TEST_CASE("if several bans match an address, the narrowest in force is found", "[ban_list]") {
  BanList bans;
  REQUIRE(bans.add(range_ban(key_of(0), v4 + 8)));
  REQUIRE(bans.add(range_ban(key_of(0), v4 + 24, now + 60s)));
  REQUIRE(bans.add(address_ban(7, now + 1s)));

  CHECK(found(bans, key_of(7)) == "192.0.2.7");
  CHECK(found(bans, key_of(8)) == "120");
  CHECK(bans.find(key_of(7), now + 1s)->who == "120");
  CHECK(bans.find(key_of(7), now + 60s)->who == "104");
  CHECK(bans.expire(now + 60s));
  CHECK(bans.size() == 1);
  CHECK(found(bans, key_of(7)) == "104");
}

TEST_CASE("ranges of the same addresses are one ban, and are lifted alone", "[ban_list]") {
  BanList bans;
  REQUIRE(bans.add(range_ban(key_of(1), v4 + 24)));
  REQUIRE(bans.add(range_ban(key_of(200), v4 + 24, now + 60s)));
  REQUIRE(bans.add(address_ban(7)));

  CHECK(bans.size() == 2);
  CHECK_FALSE(bans.remove(AddressRange(key_of(0), v4 + 25)));
  CHECK(bans.remove(AddressRange(key_of(99), v4 + 24)));
  CHECK(found(bans, key_of(8)).empty());
  CHECK(found(bans, key_of(7)) == "192.0.2.7");
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

TEST_CASE("banning again changes the ban, and lifting it lifts exactly that ban", "[ban_list]") {
  BanList bans;
  REQUIRE(bans.add(address_ban(7, now + 60s)));
  REQUIRE(bans.add(address_ban(7)));
  REQUIRE(bans.add(name_ban("192.0.2.7")));

  CHECK(bans.size() == 2);
  CHECK(bans.find(key_of(7), now + 60s) != nullptr);
  CHECK_FALSE(bans.remove(AddressRange::around(key_of(8))));
  CHECK(bans.remove(AddressRange::around(key_of(7))));
  CHECK_FALSE(bans.remove(AddressRange::around(key_of(7))));
  CHECK(bans.find(key_of(7), now) == nullptr);
  CHECK(bans.find("192.0.2.7", now) != nullptr);
  CHECK(bans.remove("192.0.2.7"));
  CHECK_FALSE(bans.remove("192.0.2.7"));
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
