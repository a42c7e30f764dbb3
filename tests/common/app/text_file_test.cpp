#include "common/app/text_file.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

#include <filesystem>
#ifndef _WIN32
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>
#endif

using namespace std::chrono_literals;
using namespace voice::app;
using voice::test::ScratchDirectory;
using Kind = FileError::Kind;

namespace {

FileError error_of(const std::string& path, Pipes pipes = Pipes::allowed) {
  const auto text = read_text_file(path, 100, pipes, 50ms);
  REQUIRE_FALSE(text);
  CHECK(text.error().reason.starts_with("cannot be read: "));
  return text.error();
}

bool tells(const FileError& error, const std::string& reason) {
  return error.reason.find(reason) != std::string::npos;
}

}  // namespace

TEST_CASE("a text file is read whole, and the caller can see if it is too long", "[text_file]") {
  const ScratchDirectory scratch;

  CHECK(read_text_file(scratch.write("a", "port = 1\n"), 100, Pipes::refused) == "port = 1\n");
  CHECK(read_text_file(scratch.write("empty", ""), 100, Pipes::refused) == "");
  CHECK(read_text_file(scratch.write("b", std::string(100, 'x')), 100, Pipes::refused)->size() ==
        100);
  const auto longer =
      read_text_file(scratch.write("c", std::string(101, 'x')), 100, Pipes::refused);
  REQUIRE(longer);
  CHECK(longer->size() > 100);
  CHECK(read_text_file(scratch.write("d", std::string(100'000, 'x')), 100, Pipes::refused)->size() <
        200);
}

TEST_CASE("a byte order mark at the beginning of a file is not part of its text", "[text_file]") {
  const ScratchDirectory scratch;

  CHECK(read_text_file(scratch.write("a", "\xEF\xBB\xBFport = 1"), 100, Pipes::allowed) ==
        "port = 1");
  CHECK(read_text_file(scratch.write("b", "\xEF\xBB\xBF"), 100, Pipes::allowed) == "");
  CHECK(read_text_file(scratch.write("c", "x\xEF\xBB\xBF"), 100, Pipes::allowed) ==
        "x\xEF\xBB\xBF");
  // The byte order mark does not count towards the limit.
  const std::string longest(100, 'x');
  CHECK(read_text_file(scratch.write("d", "\xEF\xBB\xBF" + longest), 100, Pipes::allowed) ==
        longest);
  CHECK(tells(error_of(scratch.write("e", "\xFF\xFEp")), "UTF-16"));
  CHECK(tells(error_of(scratch.write("f", "\xFE\xFFp")), "UTF-16"));
}

TEST_CASE("only a file that does not exist is absent", "[text_file]") {
  const ScratchDirectory scratch;
  namespace fs = std::filesystem;

  CHECK(error_of(scratch.file("nowhere")).kind == Kind::absent);
  CHECK(error_of(scratch.file("no/folder/either")).kind == Kind::absent);
  CHECK(error_of("").kind == Kind::unreadable);
  CHECK(error_of(scratch.file("")).kind == Kind::unreadable);
#ifndef _WIN32
  CHECK(tells(error_of(scratch.file("")), "directory"));
  CHECK(error_of(scratch.write("file", "x") + "/below").kind == Kind::unreadable);
  CHECK(error_of(scratch.file(std::string(5000, 'x'))).kind == Kind::unreadable);
  CHECK(error_of(scratch.file(std::string("a\0b", 3))).kind == Kind::unreadable);

  fs::create_symlink(scratch.file("nowhere"), scratch.file("dangling"));
  CHECK(error_of(scratch.file("dangling")).kind == Kind::unreadable);
  CHECK(tells(error_of(scratch.file("dangling")), "a link to something that does not exist"));
  CHECK(error_of(scratch.file("dangling/below")).kind == Kind::unreadable);
  fs::create_symlink("loop", scratch.file("loop"));
  CHECK(error_of(scratch.file("loop")).kind == Kind::unreadable);
#endif
}

TEST_CASE(
    "a program runs without a file only if nobody has named one and the default does not exist",
    "[text_file]") {
  CHECK(is_dispensable({Kind::absent, ""}, false));
  CHECK_FALSE(is_dispensable({Kind::absent, ""}, true));
  CHECK_FALSE(is_dispensable({Kind::unreadable, ""}, false));
  CHECK_FALSE(is_dispensable({Kind::unreadable, ""}, true));
}

#ifndef _WIN32

namespace {

// Drops root's privileges, so that file permissions apply even if the tests run as root.
class WithoutPrivilege {
 public:
  WithoutPrivilege() : was_root_(::geteuid() == 0) {
    if (was_root_) REQUIRE(::seteuid(65534) == 0);
  }
  ~WithoutPrivilege() {
    if (was_root_) (void)!::seteuid(0);
  }
  WithoutPrivilege(const WithoutPrivilege&) = delete;
  WithoutPrivilege& operator=(const WithoutPrivilege&) = delete;

 private:
  bool was_root_;
};

std::string make_pipe(const ScratchDirectory& scratch) {
  const std::string path = scratch.file("pipe");
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  return path;
}

}  // namespace

TEST_CASE("a file or a folder that one may not read is not absent", "[text_file]") {
  namespace fs = std::filesystem;
  const ScratchDirectory scratch;
  const std::string file = scratch.write("file", "x");
  fs::create_directory(scratch.file("folder"));
  fs::permissions(file, fs::perms::none);
  fs::permissions(scratch.file("folder"), fs::perms::none);
  {
    const WithoutPrivilege nobody;
    CHECK(error_of(file).kind == Kind::unreadable);
    CHECK(tells(error_of(file), "Permission denied"));
    CHECK(error_of(scratch.file("folder/nowhere")).kind == Kind::unreadable);
  }
  fs::permissions(scratch.file("folder"), fs::perms::owner_all);
}

TEST_CASE("a pipe is read to its end where it is allowed, and not touched elsewhere",
          "[text_file]") {
  const ScratchDirectory scratch;
  const std::string path = make_pipe(scratch);
  CHECK(tells(error_of(path, Pipes::refused), "it is a pipe"));

  std::thread writer([&path] {
    std::ofstream pipe(path);
    pipe << "port = " << std::flush;
    std::this_thread::sleep_for(20ms);
    pipe << "1\n";
  });
  const auto text = read_text_file(path, 100, Pipes::allowed, 60s);
  writer.join();

  CHECK(text == "port = 1\n");
}

TEST_CASE("a pipe that delivers nothing is not an empty file", "[text_file]") {
  const ScratchDirectory scratch;
  const std::string path = make_pipe(scratch);
  // No writer opens it.
  CHECK(tells(error_of(path), "its writer has not finished in time"));
  // A writer keeps it open, and writes nothing.
  {
    const std::fstream both_ends(path);
    REQUIRE(both_ends.is_open());
    CHECK(tells(error_of(path), "its writer has not finished in time"));
  }
  // A writer closes it without writing, as a command that has failed does.
  std::thread writer([&path] { const std::ofstream pipe(path); });
  const auto text = read_text_file(path, 100, Pipes::allowed, 60s);
  writer.join();
  REQUIRE_FALSE(text);
  CHECK(tells(text.error(), "it is a pipe that delivered no data"));
}

TEST_CASE("only /dev/null, of all devices, is read as an empty file", "[text_file]") {
  CHECK(read_text_file("/dev/null", 100, Pipes::refused) == "");
  CHECK(tells(error_of("/dev/zero"), "not a regular file"));
}

#endif
