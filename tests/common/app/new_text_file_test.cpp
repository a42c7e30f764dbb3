// Replacing a small file: at every moment, the old or the new one is in place.
#include "common/app/new_text_file.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

#include <unistd.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

using voice::app::NewTextFile;
using voice::app::real_path;
using voice::test::content_of;
using voice::test::ScratchDirectory;
using Leftover = voice::app::NewTextFile::Leftover;
namespace fs = std::filesystem;

namespace {

unsigned mode_of(const std::string& path) {
  return static_cast<unsigned>(fs::status(path).permissions() & fs::perms::mask);
}

}  // namespace

TEST_CASE("a file is replaced when its text is finished, and not before", "[new_text_file]") {
  const ScratchDirectory scratch;
  const std::string path = scratch.write("users", "old");
  auto file = NewTextFile::begin(path, Leftover::refused);
  REQUIRE(file.has_value());
  CHECK(content_of(path) == "old");
  CHECK(file->write("new").empty());
  CHECK(content_of(path) == "old");
  CHECK(file->put_in_place().empty());
  CHECK(content_of(path) == "new");
  CHECK_FALSE(fs::exists(path + ".new"));
}

TEST_CASE("a file that is not finished leaves nothing behind", "[new_text_file]") {
  const ScratchDirectory scratch;
  const std::string path = scratch.write("users", "old");
  const bool is_written = GENERATE(false, true);
  {
    auto file = NewTextFile::begin(path, Leftover::refused);
    REQUIRE(file.has_value());
    CHECK(fs::exists(path + ".new"));
    if (is_written) CHECK(file->write("new").empty());
  }
  CHECK(content_of(path) == "old");
  CHECK_FALSE(fs::exists(path + ".new"));
}

TEST_CASE("while one changes a file, nobody else can, unless that one has crashed",
          "[new_text_file]") {
  const ScratchDirectory scratch;
  const std::string path = scratch.write("users", "old");
  {
    const auto first = NewTextFile::begin(path, Leftover::refused);
    REQUIRE(first.has_value());
    const auto second = NewTextFile::begin(path, Leftover::refused);
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error() ==
          path + ".new exists: another program is changing the file; if none is, remove it");
  }
  // What a crash has left is removed by whoever knows that it is alone.
  (void)scratch.write("users.new", "half");
  CHECK_FALSE(NewTextFile::begin(path, Leftover::refused).has_value());
  auto file = NewTextFile::begin(path, Leftover::removed);
  REQUIRE(file.has_value());
  CHECK(file->finish("new").empty());
  CHECK(content_of(path) == "new");
}

TEST_CASE("a file that is moved away from has no say any more", "[new_text_file]") {
  const ScratchDirectory scratch;
  const std::string path = scratch.file("users");
  auto first = NewTextFile::begin(path, Leftover::refused);
  REQUIRE(first.has_value());
  std::optional<NewTextFile> second(std::move(*first));
  first = voice::unexpected(std::string("gone"));
  CHECK(fs::exists(path + ".new"));
  CHECK(second->finish("text").empty());
  second.reset();
  CHECK(content_of(path) == "text");
}

TEST_CASE("a new file is for its owner alone, and one that replaces another is like that one",
          "[new_text_file]") {
  const ScratchDirectory scratch;
  const auto replace = [](const std::string& path) {
    auto file = NewTextFile::begin(path, Leftover::refused);
    REQUIRE(file.has_value());
    REQUIRE(file->finish("secret").empty());
  };
  replace(scratch.file("new"));
  CHECK(mode_of(scratch.file("new")) == 0600);
  struct Row {
    unsigned before, after;
  };
  // The group may read it if it could before; others never may, nor may anybody execute it.
  const Row rows[] = {{0600, 0600}, {0640, 0640}, {0644, 0640}, {0777, 0640}, {0400, 0400}};
  for (const Row& row : rows) {
    const std::string path = scratch.write("old", "secret");
    fs::permissions(path, static_cast<fs::perms>(row.before));
    CAPTURE(row.before);
    replace(path);
    CHECK(mode_of(path) == row.after);
    fs::remove(path);
  }
}

TEST_CASE("a link stays one, and the file that it leads to is replaced", "[new_text_file]") {
  const ScratchDirectory scratch;
  const std::string real = scratch.write("real", "old");
  const std::string link = scratch.file("link");
  const std::string chain = scratch.file("chain");
  fs::create_symlink("real", link);
  fs::create_symlink(link, chain);
  CHECK(real_path(real) == real);
  CHECK(fs::equivalent(real_path(chain).value(), real));
  CHECK(real_path(scratch.file("none")) == scratch.file("none"));

  auto file = NewTextFile::begin(chain, Leftover::refused);
  REQUIRE(file.has_value());
  CHECK(fs::exists(real + ".new"));
  CHECK(file->finish("new").empty());
  CHECK(fs::is_symlink(link));
  CHECK(fs::is_symlink(chain));
  CHECK(content_of(real) == "new");
}

TEST_CASE("a file of another user is not replaced, and the reason says what to do",
          "[new_text_file]") {
  if (::geteuid() != 0) return;  // only root can become another user
  const ScratchDirectory scratch;
  const std::string path = scratch.write("old", "theirs");
  fs::permissions(fs::path(path).parent_path(), fs::perms::all);
  constexpr uid_t nobody = 65534;

  REQUIRE(::seteuid(nobody) == 0);
  auto file = NewTextFile::begin(path, Leftover::removed);
  const std::string why = file ? file->finish("ours") : file.error();
  REQUIRE(::seteuid(0) == 0);

  CHECK(why == path +
                   ": cannot be written: Operation not permitted; it belongs to another user or "
                   "group: give it to those that this program runs as");
  CHECK(content_of(path) == "theirs");
}

TEST_CASE("what stands in the way is reported with its path, and survives", "[new_text_file]") {
  const ScratchDirectory scratch;
  const auto nowhere = NewTextFile::begin(scratch.file("no/users"), Leftover::removed);
  REQUIRE_FALSE(nowhere.has_value());
  CHECK(nowhere.error().starts_with(scratch.file("no/users.new: cannot be made: ")));

  // A folder in the file's place cannot be replaced.
  fs::create_directories(scratch.file("folder/inside"));
  auto file = NewTextFile::begin(scratch.file("folder"), Leftover::removed);
  REQUIRE(file.has_value());
  CHECK(file->finish("text").starts_with(scratch.file("folder: cannot be written: ")));
  CHECK(fs::exists(scratch.file("folder/inside")));
  // At once, and not when the object is destroyed: the caller may try again.
  CHECK_FALSE(fs::exists(scratch.file("folder.new")));
}
