// Accounts, as the operator adds, changes and removes them.
#include "ctl/users.hpp"

#include "common/identity/users.hpp"
#include "ctl/password.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

#include <filesystem>
#include <string>

using voice::test::content_of;
using voice::test::ScratchDirectory;
namespace identity = voice::identity;

namespace {

struct Desk {
  /// What is printed, or "CODE reason".
  std::string user(const std::string& action, const std::string& name = {},
                   const std::string& role = {}) {
    voicectl::Arguments arguments;
    arguments.user_action = action;
    arguments.user = name;
    arguments.role = role;
    arguments.password_file = password_file;
    const auto told = voicectl::change_users(path, arguments);
    if (told) return *told;
    return std::to_string(static_cast<int>(told.error().code)) + ' ' + told.error().text;
  }
  void set_password(const std::string& text) { (void)scratch.write("password", text + '\n'); }
  [[nodiscard]] const identity::User& account(const std::string& name) {
    const auto users = identity::parse_users(content_of(path));
    REQUIRE(users.has_value());
    held = *users;
    return held.by_name.at(name);
  }

  ScratchDirectory scratch;
  std::string path = scratch.file("users");
  std::string password_file = scratch.write("password", "secret\n");
  identity::Users held;
};

}  // namespace

TEST_CASE("an account whose name looks like that of another one is not added", "[ctl][users]") {
  struct Row {
    const char* name;
    bool is_refused;
  };
  const auto row = GENERATE(values<Row>({{"userl", true},
                                         {"USER1", true},
                                         {"us\u0435r1", true},  // a Cyrillic letter
                                         {"user2", false}}));
  CAPTURE(row.name);
  Desk desk;
  REQUIRE(desk.user("add", "user1") == "user1 has an account as speaker\n");
  const std::string before = content_of(desk.path);

  const std::string told = desk.user("add", row.name);

  CHECK((told.find("1 ") == 0) == row.is_refused);
  CHECK((content_of(desk.path) == before) == row.is_refused);
  const bool says_why = told.find("looks like that of the account \"user1\"") != std::string::npos;
  CHECK(says_why == row.is_refused);
}

TEST_CASE("the salt of a name is the same before, with and after its account", "[ctl][users]") {
  Desk desk;
  (void)desk.scratch.write("users", identity::with_decoy(""));
  const auto salt = [&] {
    return identity::salt_for(*identity::parse_users(content_of(desk.path)), "anna");
  };
  const identity::Salt before = salt();
  for (const char* const action : {"add", "passwd", "remove"}) {
    CAPTURE(action);
    CHECK(desk.user(action, "anna").starts_with("anna "));
    CHECK(salt() == before);
  }
}

TEST_CASE("accounts are added, get new passwords, and are removed", "[ctl][users]") {
  Desk desk;
  CHECK(desk.user("add", "anna") == "anna has an account as speaker\n");
  CHECK(desk.user("add", "Bob B", "operator") == "Bob B has an account as operator\n");
  CHECK(desk.user("list") == "NAME   ROLE\nBob B  operator\nanna   speaker\n");
  const identity::User before = desk.account("Bob B");
  CHECK(compare(before.verifier, "secret") == identity::Comparison::same);

  desk.set_password("another");
  CHECK(desk.user("passwd", "Bob B") == "Bob B has a new password\n");
  const identity::User after = desk.account("Bob B");
  CHECK(compare(after.verifier, "another") == identity::Comparison::same);
  // A new password changes neither the role nor what strangers are told about the name.
  CHECK(after.role == identity::UserRole::operator_);
  CHECK(after.verifier.salt == before.verifier.salt);

  CHECK(desk.user("remove", "Bob B") == "Bob B no longer has an account\n");
  CHECK(desk.user("list") == "NAME  ROLE\nanna  speaker\n");
  CHECK(desk.user("remove", "anna") == "anna no longer has an account\n");
  CHECK(desk.user("list") == "no accounts\n");
}

TEST_CASE("what cannot be done is refused, and the file stays as it was", "[ctl][users]") {
  Desk desk;
  CHECK(desk.user("list").starts_with("1 " + desk.path + ": "));
  CHECK(desk.user("passwd", "anna").starts_with("1 " + desk.path + ": "));
  CHECK_FALSE(std::filesystem::exists(desk.path));
  REQUIRE(desk.user("add", "anna") == "anna has an account as speaker\n");
  const std::string before = content_of(desk.path);

  struct Row {
    const char *action, *name, *told;
  };
  const Row rows[] = {
      {"add", "anna", "1 \"anna\" already has an account; use passwd to change its password"},
      {"add", "", "2 add needs the NAME of an account"},
      {"add", "a:b", "2 invalid name: use 1 to 64 bytes of visible text without a colon"},
      {"add", "#anna", "2 invalid name"},
      {"add", " anna", "2 invalid name"},
      {"passwd", "bob", "1 \"bob\" has no account"},
      {"passwd", "Anna", "1 \"Anna\" has no account"},
      {"passwd", "", "2 passwd needs the NAME of an account"},
      {"remove", "bob", "1 \"bob\" has no account"},
      {"remove", "*", "2 invalid name"},
      {"list", "anna", "2 list takes no name"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.action, row.name);
    CHECK(desk.user(row.action, row.name).starts_with(row.told));
    CHECK(content_of(desk.path) == before);
    CHECK_FALSE(std::filesystem::exists(desk.path + ".new"));
  }
}

TEST_CASE("a bad password, a damaged file and another change at the same time stop a change",
          "[ctl][users]") {
  Desk desk;
  REQUIRE(desk.user("add", "anna") == "anna has an account as speaker\n");
  const std::string before = content_of(desk.path);
  for (const char* const password : {"", " secret", "secret ", "a\tb"}) {
    desk.set_password(password);
    CAPTURE(password);
    CHECK(desk.user("add", "bob").find(desk.password_file) != std::string::npos);
    CHECK(content_of(desk.path) == before);
  }
  desk.set_password("secret");
  (void)desk.scratch.write("users.new", "half");
  CHECK(desk.user("add", "bob").find("another program is changing the file") != std::string::npos);
  CHECK(content_of(desk.path) == before);
  std::filesystem::remove(desk.path + ".new");

  const std::string damaged = before + "bob\n";
  (void)desk.scratch.write("users", damaged);
  for (const char* const action : {"add", "passwd", "remove", "list"}) {
    CAPTURE(action);
    const bool is_list = std::string(action) == "list";
    CHECK(desk.user(action, is_list ? "" : "carl").starts_with("1 " + desk.path + ":4: must be "));
    CHECK(content_of(desk.path) == damaged);
  }
}

TEST_CASE("what is typed is corrected by its backspaces, a whole character at a time",
          "[ctl][users]") {
  struct Row {
    const char *keys, *text;
  };
  const Row rows[] = {{"secret", "secret"},     {"secx\x7Fret", "secret"},
                      {"secx\bret", "secret"},  {"\x7F\x7Fsecret", "secret"},
                      {"ab\x7F\x7F\x7F", ""},   {"a\u00E9\x7Fz", "az"},
                      {"a\U0001F600\x7F", "a"}, {"", ""}};
  for (const Row& row : rows) {
    CAPTURE(row.keys);
    CHECK(voicectl::typed(row.keys) == row.text);
  }
}

TEST_CASE("the users file in use is read from the setting as it stands in the file",
          "[ctl][users]") {
  using voicectl::path_of_setting;
  CHECK(path_of_setting(R"("/etc/voiced/users")") == "/etc/voiced/users");
  CHECK(path_of_setting(R"("/srv/a \"b\" \\c/users")") == R"(/srv/a "b" \c/users)");
  CHECK(path_of_setting(R"("")").empty());
  CHECK(path_of_setting("42") == "42");
  const std::string deep = "/" + std::string(3000, 'x') + "/users";
  CHECK(path_of_setting('"' + deep + '"') == deep);
}
