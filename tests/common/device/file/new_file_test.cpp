#include "common/device/file/new_file.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

#include <fstream>
#include <iterator>
#include <set>
#include <vector>

#ifndef _WIN32
#include <sys/stat.h>
#include <unistd.h>
#endif

using namespace voice;
using namespace voice::test;
namespace fs = std::filesystem;

namespace {

void put(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::set<std::string> names_in(const ScratchDirectory& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder.file(""))) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

/// The name of the file that was made, or why none was made.
std::string create(const std::string& path) {
  const auto made = create_new_file(path);
  if (!made) return made.error();
#ifndef _WIN32
  close(made->descriptor);
#endif
  return made->path;
}

}  // namespace

TEST_CASE("a number goes before a name's ending, whatever that is", "[files]") {
  CHECK(numbered_name("call.wav", 1) == "call.wav");
  CHECK(numbered_name("call.wav", 2) == "call-2.wav");
  CHECK(numbered_name("CALL.WAV", 13) == "CALL-13.WAV");
  CHECK(numbered_name("call", 2) == "call-2");
  CHECK(numbered_name("call.wave", 2) == "call-2.wave");
  CHECK(numbered_name("a.b/call", 2) == "a.b/call-2");
  CHECK(numbered_name(".wav", 2) == ".wav-2");
}

TEST_CASE("a file that exists is never overwritten: the next free number is taken", "[files]") {
  ScratchDirectory folder;
  const std::string name = GENERATE("call.wav", "CALL.WAV", "call", "call.wave");
  const std::string path = folder.file(name);
  put(path, "precious");
  put(numbered_name(path, 2), "");  // an empty file belongs to somebody, too

  CHECK(create(path) == numbered_name(path, 3));
  CHECK(create(path) == numbered_name(path, 4));

  CHECK(text_of(path) == "precious");
  CHECK(names_in(folder).size() == 4);
}

TEST_CASE("two names of one file are one file, through links of both kinds", "[files]") {
  ScratchDirectory folder;
  const std::string file = folder.file("a.wav");
  put(file, "a");
  put(folder.file("other.wav"), "a");
  fs::create_symlink("a.wav", folder.file("soft.wav"));
  fs::create_hard_link(file, folder.file("hard.wav"));

  for (const char* name : {"a.wav", "./a.wav", "soft.wav", "hard.wav"}) {
    INFO(name);
    CHECK(is_same_file(file, folder.file(name)));
    CHECK(is_same_file(folder.file(name), file));
  }
  CHECK_FALSE(is_same_file(file, folder.file("other.wav")));
  CHECK_FALSE(is_same_file(file, folder.file("missing.wav")));
}

TEST_CASE("two names of one file that does not exist yet are one file", "[files]") {
  ScratchDirectory folder;
  fs::create_directory(folder.file("sub"));
  fs::create_directory_symlink("sub", folder.file("way"));
  fs::create_symlink("new.wav", folder.file("link.wav"));
  fs::create_symlink("link.wav", folder.file("link-of-link.wav"));
  const std::string file = folder.file("new.wav");

  for (const char* name :
       {"new.wav", "./new.wav", "sub/../new.wav", "link.wav", "link-of-link.wav"}) {
    INFO(name);
    CHECK(is_same_file(file, folder.file(name)));
  }
  CHECK(is_same_file(folder.file("sub/x.wav"), folder.file("way/x.wav")));
  CHECK_FALSE(is_same_file(file, folder.file("newer.wav")));
  CHECK_FALSE(is_same_file(folder.file("no/a.wav"), folder.file("no/b.wav")));
}

TEST_CASE("a link to a file that does not exist creates that file and stays", "[files]") {
  ScratchDirectory folder;
  fs::create_symlink("target.wav", folder.file("link.wav"));

  CHECK(check_new_file(folder.file("link.wav")));
  CHECK(names_in(folder) == std::set<std::string>{"link.wav"});
  CHECK(create(folder.file("link.wav")) == folder.file("link.wav"));

  CHECK(fs::is_symlink(folder.file("link.wav")));
  CHECK(fs::is_regular_file(folder.file("target.wav")));
  CHECK(create(folder.file("link.wav")) == folder.file("link-2.wav"));
}

TEST_CASE("a check leaves everything as it is", "[files]") {
  ScratchDirectory folder;
  put(folder.file("a.wav"), "precious");
  fs::create_symlink("nowhere/x.wav", folder.file("lost.wav"));

  CHECK(check_new_file(folder.file("a.wav")));
  CHECK(check_new_file(folder.file("b.wav")));
  CHECK_FALSE(check_new_file(folder.file("lost.wav")));

  CHECK(text_of(folder.file("a.wav")) == "precious");
  CHECK(names_in(folder) == std::set<std::string>{"a.wav", "lost.wav"});
}

TEST_CASE("a place that cannot be written is refused with the reason", "[files]") {
  ScratchDirectory folder;
  put(folder.file("file"), "x");
  struct Row {
    std::string name, why;
  };
  std::vector<Row> rows{
      {"none/a.wav", "o such file or directory"}, {"", "a folder"}, {"file/a.wav", " a directory"}};
#ifndef _WIN32
  CHECK_FALSE(check_new_file("/dev/stdout"));
  CHECK_FALSE(create_new_file("/dev/fd/1"));
  REQUIRE(mkfifo(folder.file("fifo").c_str(), 0600) == 0);
  rows.push_back({"fifo", "not a regular file"});
#endif
  for (const Row& row : rows) {
    INFO(row.name);
    const auto can = check_new_file(folder.file(row.name));
    REQUIRE_FALSE(can);
    INFO(can.error());
    CHECK(can.error().find(row.why) != std::string::npos);
    CHECK(create(folder.file(row.name)).find("cannot write") == 0);
  }
}
