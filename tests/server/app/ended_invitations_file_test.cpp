// The list of ended invitations in a state directory, as voiced reads and writes it.
#include "server/app/account_files.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/scratch_directory.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

using voice::identity::EndedBy;
using voice::identity::EndedInvitations;
using voice::test::eventually;
using voiced::EndedInvitationsFile;

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::sys_seconds until{std::chrono::seconds{2'000'000'000}};
// Ids of invitations.
const std::string first = "AAAAAAAAAAAA";
const std::string second = "BBBBBBBBBBBB";

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool is_revoked(const std::string& text, const std::string& id) {
  const auto list = EndedInvitations::parse(text);
  REQUIRE(list);
  return list->find(id) == EndedBy::revoked;
}

struct Folder {
  voice::test::ScratchDirectory scratch;
  std::string path = scratch.file("state");
  std::string list = path + "/invitations-ended";
  std::string aside = list + ".set-aside-1";
  Folder() { fs::create_directory(path); }
};

/// The part of voiced that keeps ended invitations.
struct Keeper {
  explicit Keeper(const Folder& folder) {
    auto kept = EndedInvitationsFile::read(folder.path);
    REQUIRE(kept);
    ended = std::move(kept->ended);
    file = std::make_unique<EndedInvitationsFile>(folder.path, kept->state);
  }
  /// The answer to a revocation: "" if it has been kept.
  std::string revoke(const std::string& id) {
    REQUIRE(ended.add(id, EndedBy::revoked, until));
    std::optional<std::string> answer;
    file->keep(
        ended, [&](const std::string& why_not) { answer = why_not; }, now);
    REQUIRE(eventually([&] {
      file->ticked(now);
      return answer.has_value();
    }));
    return *answer;
  }

  // Stands still, so that a slow disk never exceeds a time limit.
  voice::TimePoint now{std::chrono::hours{1}};
  EndedInvitations ended;
  std::unique_ptr<EndedInvitationsFile> file;
};

}  // namespace

TEST_CASE("an invitation that is answered as revoked is in the file, and read again",
          "[invitation]") {
  const Folder folder;
  {
    Keeper keeper(folder);
    CHECK(keeper.revoke(first).empty());
    CHECK(is_revoked(content_of(folder.list), first));
    CHECK(keeper.revoke(second).empty());
  }
  Keeper again(folder);
  CHECK(again.ended.find(first) == EndedBy::revoked);
  CHECK(again.ended.find(second) == EndedBy::revoked);
  CHECK_FALSE(fs::exists(folder.aside));
}

TEST_CASE("a list of ended invitations that somebody edited meanwhile is set aside, not lost",
          "[invitation]") {
  const Folder folder;
  Keeper keeper(folder);
  const bool was_there = GENERATE(true, false);
  if (was_there) REQUIRE(keeper.revoke(first).empty());
  const std::string edited = content_of(folder.list) + "# mine\nrevoked CCCCCCCCCCCC 2000000000\n";
  std::ofstream(folder.list, std::ios::binary) << edited;

  CHECK(keeper.revoke(second).empty());

  CHECK(content_of(folder.aside) == edited);
  CHECK(is_revoked(content_of(folder.list), second));
  CHECK(is_revoked(content_of(folder.list), first) == was_there);
  // A list that voiced has written itself is not set aside again.
  CHECK(keeper.revoke("DDDDDDDDDDDD").empty());
  CHECK_FALSE(fs::exists(folder.list + ".set-aside-2"));
}

#ifndef _WIN32
TEST_CASE("a list of ended invitations behind a link is set aside with its old content",
          "[invitation]") {
  const Folder folder;
  const std::string far = folder.scratch.file("far");
  SECTION("of one link") {
    fs::create_symlink(far, folder.list);
  }
  SECTION("of a link to a link") {
    fs::create_symlink(far, folder.path + "/near");
    fs::create_symlink("near", folder.list);
  }
  const std::string before = "revoked CCCCCCCCCCCC 2000000000\n";
  std::ofstream(far, std::ios::binary) << before;
  Keeper keeper(folder);
  const std::string edited = before + "# mine\n";
  std::ofstream(far, std::ios::binary) << edited;

  CHECK(keeper.revoke(second).empty());
  CHECK(keeper.revoke(first).empty());

  CHECK(fs::symlink_status(folder.aside).type() == fs::file_type::regular);
  CHECK(content_of(folder.aside) == edited);
  CHECK(fs::is_symlink(folder.list));
  CHECK(is_revoked(content_of(far), second));
  CHECK(is_revoked(content_of(far), first));
  CHECK_FALSE(fs::exists(folder.list + ".set-aside-2"));
}

TEST_CASE("a link of ended invitations that leads nowhere now is set aside, not lost",
          "[invitation]") {
  const Folder folder;
  const std::string far = folder.scratch.file("far");
  fs::create_symlink(far, folder.list);
  std::ofstream(far, std::ios::binary) << "revoked CCCCCCCCCCCC 2000000000\n";
  Keeper keeper(folder);
  fs::rename(far, far + "-away");

  CHECK(keeper.revoke(first).empty());

  CHECK(fs::read_symlink(folder.aside) == far);
  CHECK(is_revoked(content_of(folder.list), first));
  CHECK(is_revoked(content_of(folder.list), "CCCCCCCCCCCC"));
}
#endif

TEST_CASE("a revocation that could not be written is tried once more at the end", "[invitation]") {
  const Folder folder;
  const std::string away = folder.path + "-away";
  {
    Keeper keeper(folder);
    fs::rename(folder.path, away);
    CHECK_FALSE(keeper.revoke(first).empty());
    CHECK(fs::is_empty(away));
    fs::rename(away, folder.path);
  }
  CHECK(is_revoked(content_of(folder.list), first));
}
