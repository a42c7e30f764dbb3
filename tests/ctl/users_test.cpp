// Accounts, as the operator adds them.
#include "ctl/users.hpp"

#include "common/identity/users.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fstream>
#include <iterator>

namespace identity = voice::identity;

namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
}

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
  const voice::test::TemporaryFolder folder;
  const std::string path = folder.file("users");
  const std::string password = folder.file("password");
  const identity::User user{
      .role = identity::UserRole::speaker,
      .verifier = identity::make_verifier("secret", identity::make_random<identity::Salt>(),
                                          identity::cost_min)
                      .value()};
  const std::string before = identity::with_user("", "user1", user);
  write(path, before);
  write(password, "secret\n");

  voicectl::Arguments arguments;
  arguments.user_action = "add";
  arguments.user = row.name;
  arguments.role = "speaker";
  arguments.password_file = password;
  const auto told = voicectl::change_users(path, arguments);

  REQUIRE(told.has_value() == !row.is_refused);
  CHECK((text_of(path) == before) == row.is_refused);
  if (!row.is_refused) return;
  CHECK(told.error().code == voice::app::ExitCode::failure);
  CHECK(told.error().text.find("looks like that of the account \"user1\"") != std::string::npos);
}

TEST_CASE("the salt of a name is the same before, with and after its account", "[ctl][users]") {
  const voice::test::TemporaryFolder folder;
  const std::string path = folder.file("users");
  const std::string password = folder.file("password");
  write(path, identity::with_decoy(""));
  write(password, "secret\n");
  const auto salt = [&] {
    return identity::salt_for(*identity::parse_users(text_of(path)), "anna");
  };
  const identity::Salt before = salt();
  for (const char* const action : {"add", "passwd", "remove"}) {
    CAPTURE(action);
    voicectl::Arguments arguments;
    arguments.user_action = action;
    arguments.user = "anna";
    arguments.role = "speaker";
    arguments.password_file = password;

    REQUIRE(voicectl::change_users(path, arguments));

    CHECK(salt() == before);
  }
}
