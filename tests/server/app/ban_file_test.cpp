#include "server/app/ban_file.hpp"

#include "server/net/address.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

using voiced::Ban;
using voiced::BanFile;
using voiced::BanList;

namespace {

BanList some_bans() {
  BanList bans;
  const auto v4 = voiced::parse_address("192.0.2.7");
  const auto v6 = voiced::parse_address("2001:db8::/64");
  const std::chrono::sys_seconds until{std::chrono::seconds{1'800'000'000}};
  REQUIRE(bans.add({v4->shown, v4->key, until, "too loud"}));
  REQUIRE(bans.add({v6->shown, v6->key, std::nullopt, ""}));
  REQUIRE(bans.add({"Eve \"the\" Adams", std::nullopt, until, "\\"}));
  return bans;
}

}  // namespace

TEST_CASE("bans that are kept are those that are loaded", "[ban_file]") {
  const voice::test::ScratchDirectory scratch;
  const std::string path = scratch.file("bans");
  { BanFile(path).keep(some_bans()); }

  const auto loaded = BanFile(path).load();

  REQUIRE(loaded);
  CHECK(voiced::text_of(*loaded) == voiced::text_of(some_bans()));
  CHECK(loaded->size() == 3);
  CHECK_FALSE(std::filesystem::exists(path + ".new"));
}

TEST_CASE("of many changes the last is kept", "[ban_file]") {
  const voice::test::ScratchDirectory scratch;
  const std::string path = scratch.file("bans");
  {
    BanFile file(path);
    BanList bans;
    for (int i = 0; i < 200; ++i) {
      REQUIRE(bans.add({"Eve" + std::to_string(i), std::nullopt, std::nullopt, ""}));
      file.keep(bans);
    }
  }

  const auto loaded = BanFile(path).load();

  REQUIRE(loaded);
  CHECK(loaded->size() == 200);
}

TEST_CASE("a file that is not there yet holds no bans", "[ban_file]") {
  const voice::test::ScratchDirectory scratch;

  const auto loaded = BanFile(scratch.file("bans")).load();

  REQUIRE(loaded);
  CHECK(loaded->size() == 0);
}

TEST_CASE("lines that are no bans are left out, the others hold", "[ban_file]") {
  std::size_t bad_lines = 0;

  const BanList bans = voiced::bans_of(
      "# comment\n\nname\tEve\t-\twhy\naddress\t192.0.2.7\t99\t\nname\t\t-\t\naddress\tEve\t-\t\n"
      "name\tBob\tsoon\t\nrhubarb\tX\t-\t\nname\tA\x1b[2J\t-\t\nname\tCarl\t-",
      bad_lines);

  CHECK(bad_lines == 5);
  REQUIRE(bans.all().size() == 3);
  CHECK(bans.all()[0]->who == "192.0.2.7");
  CHECK(bans.all()[1]->who == "Carl");
  CHECK(bans.all()[2]->who == "Eve");
}

TEST_CASE("what is no list of bans is not read, and says so", "[ban_file]") {
  const voice::test::ScratchDirectory scratch;
  const std::string huge = scratch.write("bans", std::string(3'000'000, '#'));

  CHECK_FALSE(BanFile(huge).load());
  std::filesystem::create_directory(scratch.file("folder"));
  CHECK_FALSE(BanFile(scratch.file("folder")).load());
}
