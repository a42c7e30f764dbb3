// What is set aside is there under both names, and nothing is overwritten.
#include "server/app/set_aside.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

#include <filesystem>
#include <string>

using namespace voiced;
using voice::test::content_of;
using voice::test::ScratchDirectory;
namespace fs = std::filesystem;

TEST_CASE("a file that is set aside has two names, and later changes do not reach the second",
          "[set_aside]") {
  const ScratchDirectory scratch;
  const std::string path = scratch.write("bans", "old");
  CHECK(set_aside(path) == path + ".set-aside-1");
  CHECK(content_of(path) == "old");
  // As voiced writes it: a new file takes the place of the old one.
  fs::rename(scratch.write("bans.new", "new"), path);
  CHECK(content_of(path) == "new");
  CHECK(content_of(path + ".set-aside-1") == "old");
  CHECK(set_aside(path) == path + ".set-aside-2");
  CHECK(content_of(path + ".set-aside-2") == "new");
}

TEST_CASE("a name that is taken is passed over, whatever has it", "[set_aside]") {
  const ScratchDirectory scratch;
  const std::string path = scratch.write("bans", "new");
  (void)scratch.write("bans.set-aside-1", "precious");
  fs::create_directory(path + ".set-aside-2");
  fs::create_symlink("/nowhere/at/all", path + ".set-aside-3");

  CHECK(set_aside(path) == path + ".set-aside-4");
  CHECK(content_of(path + ".set-aside-1") == "precious");
  CHECK(fs::is_symlink(path + ".set-aside-3"));
}

TEST_CASE("of a link, the content is set aside, next to the link", "[set_aside]") {
  const ScratchDirectory scratch;
  const std::string real = scratch.write("real", "content");
  const std::string path = scratch.file("bans");
  fs::create_symlink(real, path);

  CHECK(set_aside(path) == path + ".set-aside-1");
  CHECK(fs::symlink_status(path + ".set-aside-1").type() == fs::file_type::regular);
  CHECK(fs::is_symlink(path));
  CHECK_FALSE(fs::exists(real + ".set-aside-1"));
}

TEST_CASE("a file that is not there, and a thousand that are, cannot be set aside", "[set_aside]") {
  const ScratchDirectory scratch;
  const std::string path = scratch.file("bans");
  CHECK(set_aside(path).error().starts_with(path + " cannot be set aside: "));
  CHECK_FALSE(fs::exists(path + ".set-aside-1"));

  (void)scratch.write("bans", "x");
  for (int i = 1; i <= 999; ++i) (void)scratch.write("bans.set-aside-" + std::to_string(i), "");
  CHECK(set_aside(path) == path + ".set-aside-1000");
  CHECK(set_aside(path).error() ==
        path + " cannot be set aside: 1000 copies have already been set aside; remove some");
}

TEST_CASE("the state of a file changes with its size and its time", "[set_aside]") {
  const ScratchDirectory scratch;
  CHECK_FALSE(state_of(scratch.file("bans")));
  CHECK_FALSE(state_of(scratch.file("")));  // a folder
  const std::string path = scratch.write("bans", "one");
  const auto before = state_of(path);
  REQUIRE(before);
  CHECK(state_of(path) == before);

  fs::last_write_time(path, before->changed + std::chrono::seconds{1});
  CHECK_FALSE(state_of(path) == before);
  (void)scratch.write("bans", "three");
  fs::last_write_time(path, before->changed);
  CHECK_FALSE(state_of(path) == before);
  (void)scratch.write("bans", "two");
  fs::last_write_time(path, before->changed);
  CHECK(state_of(path) == before);
}
