#include "server/app/ban_file.hpp"

#include "server/net/address_text.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/logged.hpp"
#include "tests/support/scratch_directory.hpp"

#include <fstream>
#include <iterator>
#ifndef _WIN32
#include <sys/stat.h>
#include <unistd.h>
#endif

using voice::test::eventually;
using voiced::BanFile;
using voiced::BanList;

namespace fs = std::filesystem;

namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void add(BanList& bans, const std::string& who) {
  const auto range = voiced::parse_range(who);
  if (range) {
    REQUIRE(bans.add({range->shown, range->range, std::nullopt, ""}));
  } else {
    REQUIRE(bans.add({who, std::nullopt, std::nullopt, ""}));
  }
}

/// The part of voiced that keeps bans.
struct Keeper {
  explicit Keeper(const std::string& folder) {
    auto opened = BanFile::open(folder);
    CAPTURE(opened ? "" : opened.error().text);
    REQUIRE(opened);
    file = std::move(*opened);
    bans = file->take_bans();
  }
  /// The answer to a ban: "" if it has been kept.
  std::string ban(const std::string& who) {
    add(bans, who);
    std::optional<std::string> answer;
    file->keep(
        bans, [&](const std::string& why_not) { answer = why_not; }, now);
    CHECK_FALSE(answer);  // nothing is known yet
    REQUIRE(eventually([&] {
      file->ticked(now);
      return answer.has_value();
    }));
    return *answer;
  }

  // Stands still unless a test moves it, so that a slow disk never exceeds a time limit.
  voice::TimePoint now{std::chrono::hours{1}};
  std::unique_ptr<BanFile> file;
  BanList bans;
};

struct Folder {
  voice::test::ScratchDirectory scratch;
  std::string path = scratch.file("state");
  std::string bans = path + "/bans";
  Folder() { fs::create_directory(path); }
  void write(const std::string& text) const { std::ofstream(bans, std::ios::binary) << text; }
  [[nodiscard]] std::string why_not_opened() const {
    const auto opened = BanFile::open(path);
    return opened ? "" : opened.error().text;
  }
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a ban that is reported as saved is in the file, and loaded again", "[ban_file]") {
  const Folder folder;
  {
    Keeper keeper(folder.path);
    CHECK(keeper.ban("192.0.2.7").empty());
    CHECK(contains(content_of(folder.bans), "192.0.2.7"));
    CHECK(keeper.ban("2001:db8::/32").empty());
    CHECK(keeper.ban("Eve").empty());
    CHECK(content_of(folder.bans) == voiced::text_of(keeper.bans));
  }

  const Keeper again(folder.path);

  CHECK(again.bans.size() == 3);
  CHECK_FALSE(fs::exists(folder.bans + ".new"));
  CHECK_FALSE(fs::exists(folder.bans + ".set-aside-1"));
}

TEST_CASE("the last list is saved when the program ends", "[ban_file]") {
  const Folder folder;
  {
    Keeper keeper(folder.path);
    for (int i = 0; i < 200; ++i) {
      add(keeper.bans, "Eve" + std::to_string(i));
      keeper.file->keep(
          keeper.bans, [](const std::string&) {}, keeper.now);
    }
  }

  CHECK(Keeper(folder.path).bans.size() == 200);
}

TEST_CASE("a file that is not there yet holds no bans", "[ban_file]") {
  CHECK(Keeper(Folder().path).bans.size() == 0);
}

TEST_CASE("a ban list that cannot be relied upon refuses the start and stays as it is",
          "[ban_file]") {
  using namespace std::string_literals;
  struct Row {
    std::string text;
    const char* why;
  };
  const auto row =
      GENERATE(values<Row>({{"", "is empty, and voiced never leaves it empty"},
                            {std::string(300, '\0'), "has no line that is a ban"},
                            {"Eve\nAdam\n", "has no line that is a ban"},
                            {"\x7F"
                             "ELF\x02\x01\x01\0\0\n\xFF\n"s,
                             "has no line that is a ban"},
                            {std::string(3'000'000, '#'), "is too long for a ban list"}}));
  const Folder folder;
  folder.write(row.text);

  const std::string why = folder.why_not_opened();

  CHECK(contains(why, folder.bans + ' ' + row.why));
  CHECK(contains(why, "repair it, or move it away"));
  CHECK(content_of(folder.bans) == row.text);
}

TEST_CASE("a path that is not a file, or a dangling link, is not taken for an empty list",
          "[ban_file]") {
  const Folder folder;
  SECTION("a folder") {
    fs::create_directory(folder.bans);
  }
#ifndef _WIN32
  SECTION("a link to nowhere") {
    fs::create_symlink("/nowhere/at/all", folder.bans);
  }
  SECTION("a link to itself") {
    fs::create_symlink(folder.bans, folder.bans);
  }
  SECTION("a pipe") {
    REQUIRE(::mkfifo(folder.bans.c_str(), 0600) == 0);
  }
  SECTION("a file that may not be read") {
    folder.write("name\tEve\t-\t\n");
    fs::permissions(folder.bans, fs::perms::none);
    if (::geteuid() == 0) return;  // root may read everything
  }
#endif
  CAPTURE(folder.why_not_opened());
  CHECK(contains(folder.why_not_opened(), "the bans are unknown"));
}

TEST_CASE("a list with foreign lines is set aside before it is overwritten", "[ban_file]") {
  const auto* const line = GENERATE("# a line of mine\n", "Mallory\n", "name\tA\x1b[2J\t-\t\n");
  const Folder folder;
  const std::string before = std::string("192.0.2.9\n") + line + "address\t192.0.2.8\t-\t\n";
  folder.write(before);
  std::ofstream(folder.bans + ".set-aside-1") << "from the last time";
  {
    Keeper keeper(folder.path);
    CHECK(keeper.bans.size() == 2);
    CHECK(content_of(folder.bans) == before);
    CHECK(keeper.ban("192.0.2.7").empty());
    CHECK(keeper.ban("192.0.2.6").empty());
  }

  CHECK(content_of(folder.bans + ".set-aside-1") == "from the last time");
  CHECK(content_of(folder.bans + ".set-aside-2") == before);
  CHECK_FALSE(fs::exists(folder.bans + ".set-aside-3"));
  CHECK(Keeper(folder.path).bans.size() == 4);
}

TEST_CASE("a list that was edited in the meantime is set aside", "[ban_file]") {
  const Folder folder;
  Keeper keeper(folder.path);
  CHECK(keeper.ban("192.0.2.7").empty());
  folder.write("address\t192.0.2.1\t-\tby hand\n");

  CHECK(keeper.ban("192.0.2.8").empty());

  CHECK(content_of(folder.bans + ".set-aside-1") == "address\t192.0.2.1\t-\tby hand\n");
  CHECK(content_of(folder.bans) == voiced::text_of(keeper.bans));
}

#ifndef _WIN32
TEST_CASE("a ban list behind a link is set aside with its old content, and the link stays",
          "[ban_file]") {
  const Folder folder;
  const std::string far = folder.scratch.file("far");
  fs::create_symlink(far, folder.bans);
  folder.write("address\t192.0.2.9\t-\t\n");
  Keeper keeper(folder.path);
  CHECK(keeper.ban("192.0.2.7").empty());
  folder.write("address\t192.0.2.1\t-\tby hand\n");

  CHECK(keeper.ban("192.0.2.8").empty());
  CHECK(keeper.ban("192.0.2.6").empty());

  CHECK(fs::symlink_status(folder.bans + ".set-aside-1").type() == fs::file_type::regular);
  CHECK(content_of(folder.bans + ".set-aside-1") == "address\t192.0.2.1\t-\tby hand\n");
  CHECK(fs::is_symlink(folder.bans));
  CHECK(content_of(far) == voiced::text_of(keeper.bans));
  CHECK_FALSE(fs::exists(far + ".new"));
  CHECK_FALSE(fs::exists(folder.bans + ".set-aside-2"));
}

TEST_CASE("a new ban list is for its owner alone, and the permissions it is given stay",
          "[ban_file]") {
  const auto mode_of = [](const std::string& path) {
    return static_cast<unsigned>(fs::status(path).permissions());
  };
  const Folder folder;
  const mode_t mask = ::umask(022);
  Keeper keeper(folder.path);

  CHECK(keeper.ban("192.0.2.7").empty());
  CHECK(mode_of(folder.bans) == 0600);
  fs::permissions(folder.bans, fs::perms{0640});
  CHECK(keeper.ban("192.0.2.8").empty());
  CHECK(mode_of(folder.bans) == 0640);
  fs::permissions(folder.bans, fs::perms{0400});
  CHECK(keeper.ban("192.0.2.9").empty());
  CHECK(mode_of(folder.bans) == 0400);
  ::umask(mask);
}
#endif

TEST_CASE("a ban that cannot be written is answered so, and written when it can be", "[ban_file]") {
  const Folder folder;
  const voice::test::Logged logged;
  Keeper keeper(folder.path);
  const std::string gone = folder.scratch.file("gone");
  fs::rename(folder.path, gone);

  CHECK_FALSE(keeper.ban("192.0.2.7").empty());
  CHECK_FALSE(keeper.ban("192.0.2.8").empty());
  CHECK(logged.text().starts_with("error bans could not be saved file=\"" + folder.bans + '"'));
  const std::string failed = logged.text();
  fs::rename(gone, folder.path);

  REQUIRE(eventually([&] {
    keeper.now += std::chrono::milliseconds{100};
    keeper.file->ticked(keeper.now);
    return logged.text() != failed;
  }));
  CHECK(logged.text() == failed + "info bans are being saved again file=\"" + folder.bans + "\"\n");
  CHECK(content_of(folder.bans) == voiced::text_of(keeper.bans));
}

TEST_CASE("a directory that appears later keeps bans from then on, and loses none that it had",
          "[ban_file]") {
  const voice::test::ScratchDirectory scratch;
  const std::string path = scratch.file("state");
  Keeper keeper(path);
  CHECK(contains(keeper.ban("192.0.2.7"), "bans.lock"));
  fs::create_directory(path);
  std::ofstream(path + "/bans") << "address\t192.0.2.1\t-\t\n";

  CHECK(keeper.ban("192.0.2.8").empty());

  CHECK(content_of(path + "/bans") == voiced::text_of(keeper.bans));
  CHECK(content_of(path + "/bans.set-aside-1") == "address\t192.0.2.1\t-\t\n");
}

TEST_CASE("one directory is used by one process at a time", "[ban_file]") {
  const Folder folder;
  {
    const Keeper keeper(folder.path);
    CHECK(contains(folder.why_not_opened(), folder.path + " is in use by another voiced"));
    CHECK(contains(folder.why_not_opened(), "give each voiced a state-directory of its own"));
  }
  // The lock file is still there, as after a crash.
  CHECK(fs::exists(folder.path + "/bans.lock"));
  CHECK(folder.why_not_opened().empty());
}
