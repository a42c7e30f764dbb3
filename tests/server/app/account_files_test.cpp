// The files of accounts and of the key of invitations, as voiced reads and makes them.
#include "server/app/account_files.hpp"

#include "common/identity/base64.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/environment_variable.hpp"
#include "tests/support/scratch_directory.hpp"

#include <filesystem>
#include <string>
#include <vector>

using namespace voiced;
using voice::app::Pipes;
using voice::test::content_of;
using voice::test::EnvironmentVariable;
using voice::test::ScratchDirectory;
namespace identity = voice::identity;
namespace fs = std::filesystem;

namespace {

identity::Key key_of(std::uint8_t byte) {
  identity::Key key{};
  key.fill(byte);
  return key;
}

std::string line_of(std::uint8_t byte) {
  return identity::to_base64(key_of(byte));
}

std::string verifier() {
  return to_string(identity::Verifier{.cost = identity::cost_min});
}

/// A voiced whose configuration names a users file.
struct Program {
  explicit Program(const std::string& users_file)
      : path(scratch.write("voiced.conf", "users-file = " + users_file + '\n')) {
    const std::vector<const char*> argv{"voiced", "--config", path.c_str()};
    REQUIRE(settings.options->parse(static_cast<int>(argv.size()), argv.data()));
  }
  /// Why its accounts are not read; empty: they are.
  std::string complaint() {
    const auto loaded = load_accounts(settings, Pipes::allowed);
    return loaded ? std::string() : loaded.error().substr(path.size());
  }

  ScratchDirectory scratch;
  std::string path;
  Settings settings;
};

}  // namespace

TEST_CASE("the key of invitations is made once, and read from then on", "[accounts]") {
  if (!identity::is_available()) return;
  const ScratchDirectory scratch;
  const std::string folder = scratch.file("");
  REQUIRE(read_invitation_key(folder).has_value());
  CHECK_FALSE(read_invitation_key(folder).value());
  CHECK_FALSE(fs::exists(scratch.file("invitation-key")));

  const auto made = find_invitation_key(folder).value();
  REQUIRE(made);
  CHECK(find_invitation_key(folder).value() == made);
  CHECK(read_invitation_key(folder).value() == made);
  CHECK(content_of(scratch.file("invitation-key")) == identity::to_base64(*made) + '\n');
  // Nobody else may read it: it makes invitations.
  CHECK((fs::status(scratch.file("invitation-key")).permissions() & fs::perms(077)) ==
        fs::perms::none);
}

TEST_CASE("without a folder, and in one that cannot be written, there are no invitations",
          "[accounts]") {
  if (!identity::is_available()) return;
  CHECK_FALSE(find_invitation_key("").value());
  CHECK_FALSE(read_invitation_key("").value());
  CHECK_FALSE(find_invitation_key("/nowhere/at/all").value());
}

TEST_CASE("a key is a line of 43 characters, and anything else is not replaced", "[accounts]") {
  if (!identity::is_available()) return;
  const ScratchDirectory scratch;
  const std::string folder = scratch.file("");
  struct Row {
    std::string content;
    bool is_read;
  };
  const std::string line = line_of(7);
  const Row rows[] = {{line, true},
                      {line + "\n", true},
                      {line + "\r\n", true},
                      {line + "\n\n", true},
                      {"", false},
                      {"\n", false},
                      {line + "=", false},
                      {line + "A", false},
                      {line.substr(1), false},
                      {' ' + line, false},
                      {line + '\n' + line, false}};
  for (const Row& row : rows) {
    CAPTURE(row.content);
    const std::string path = scratch.write("invitation-key", row.content);
    const auto key = find_invitation_key(folder);
    REQUIRE(key.has_value() == row.is_read);
    if (row.is_read) {
      CHECK(*key == key_of(7));
    } else {
      CHECK(key.error().starts_with(path + ": is not a key (43 base64 characters); remove it"));
    }
    CHECK(content_of(path) == row.content);
  }
}

TEST_CASE("a credential of the service manager is the key, whatever the folder holds",
          "[accounts]") {
  if (!identity::is_available()) return;
  const ScratchDirectory state;
  const ScratchDirectory credentials;
  (void)state.write("invitation-key", line_of(1));
  const EnvironmentVariable variable("CREDENTIALS_DIRECTORY", credentials.file(""));
  CHECK(read_invitation_key(state.file("")).value() == key_of(1));

  (void)credentials.write("invitation-key", line_of(2));
  CHECK(read_invitation_key(state.file("")).value() == key_of(2));
  CHECK(read_invitation_key("").value() == key_of(2));
  // A damaged one is not passed over for another key.
  const std::string path = credentials.write("invitation-key", "damaged");
  CHECK(read_invitation_key(state.file("")).error().starts_with(path));
  fs::remove(path);
  fs::create_symlink("/nowhere/at/all", path);
  CHECK_FALSE(read_invitation_key(state.file("")).has_value());
}

TEST_CASE("a users file is read whole, or not at all", "[accounts]") {
  if (!identity::is_available()) return;
  const ScratchDirectory scratch;
  const std::string good = "anna:operator:" + verifier() + '\n';
  Program voiced(scratch.write("users", good));
  const auto& users = voiced.settings.config.users;
  CHECK(voiced.complaint().empty());
  REQUIRE(users);
  CHECK(users->by_name.at("anna").role == identity::UserRole::operator_);

  struct Row {
    std::string content, complaint;
  };
  const Row rows[] = {
      {good + "bob\n", "users:2: must be name:role:verifier"},
      {good + good, "users:2: repeats the name of an account"},
      {good + std::string(identity::users_bytes_max, '#'), "users: is longer than 4 MiB"},
  };
  for (const Row& row : rows) {
    (void)scratch.write("users", row.content);
    const std::string why = voiced.complaint();
    CAPTURE(why);
    CHECK(why.starts_with(":1: users-file: "));
    CHECK(why.find(row.complaint) != std::string::npos);
    // None, rather than those of the last time: the caller decides what to keep.
    CHECK(users == nullptr);
  }
  (void)scratch.write("users", good);
  CHECK(voiced.complaint().empty());
  fs::remove(scratch.file("users"));
  const std::string why = voiced.complaint();
  CHECK(why.starts_with(":1: users-file: " + scratch.file("users: ")));
  CHECK(why.find("voiced's own user must be able to read it") != std::string::npos);
  voiced.settings.config.users_file.clear();
  CHECK(voiced.complaint().empty());
  CHECK(users == nullptr);
}
