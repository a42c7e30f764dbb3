// How a room's lists of accounts decide about peers that have proved who they are.
#include "server/host/room_roles.hpp"

#include "tests/support/catch.hpp"

using namespace voiced;

namespace {

Access account(const std::string& user, Role role = Role::speaker) {
  return {.is_guest = false, .role = role, .user = user};
}

Access invited(const std::string& room, Role role = Role::speaker) {
  return {.is_guest = false, .role = role, .invitation = "ABC", .room = room};
}

Access certified(const std::string& name) {
  return {.is_guest = false, .certificate = name};
}

}  // namespace

TEST_CASE("what a peer may do in a room that names speakers and operators", "[rooms][login]") {
  const RoomRoles roles{.speakers = {"anna", "pi"}, .operators = {"olga"}};
  struct Row {
    const char* what;
    Access access;
    Role role;
  };
  const Row rows[] = {
      {"a guest", {}, Role::listener},
      {"a speaker that it names", account("anna"), Role::speaker},
      {"a listener that it names", account("anna", Role::listener), Role::speaker},
      {"a machine that it names", certified("pi"), Role::speaker},
      {"another speaker", account("boris"), Role::listener},
      {"a name that only begins the same", account("ann"), Role::listener},
      {"an operator of the room", account("olga", Role::listener), Role::operator_},
      {"an operator of the server", account("omar", Role::operator_), Role::operator_},
      {"invited to this room", invited("attic"), Role::speaker},
      {"invited to listen", invited("attic", Role::listener), Role::listener},
      {"invited to any room", invited(""), Role::listener},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(role_in(roles, Guests::speak, "attic", row.access) == row.role);
  }
}

TEST_CASE("without speakers, each has its own role, and guests what the room allows them",
          "[rooms][login]") {
  const RoomRoles roles{.operators = {"olga"}};
  CHECK(role_in(roles, Guests::listen, "attic", account("anna")) == Role::speaker);
  CHECK(role_in(roles, Guests::listen, "attic", account("lea", Role::listener)) == Role::listener);
  CHECK(role_in(roles, Guests::listen, "attic", invited("")) == Role::speaker);
  CHECK(role_in(roles, Guests::listen, "attic", {}) == Role::listener);
  CHECK(role_in(roles, Guests::speak, "attic", {}) == Role::speaker);
}

TEST_CASE("a room with members admits those that it names, its invitations and operators",
          "[rooms][login]") {
  const RoomRoles roles{.members = {"anna"}, .speakers = {"sam"}, .operators = {"olga"}};
  struct Row {
    const char* what;
    Access access;
    bool is_admitted;
  };
  const Row rows[] = {
      {"a guest", {}, false},
      {"a member", account("anna", Role::listener), true},
      {"a speaker of the room", account("sam"), true},
      {"an operator of the room", account("olga"), true},
      {"another account", account("boris"), false},
      {"an operator of the server", account("omar", Role::operator_), true},
      {"a member's certificate", certified("anna"), true},
      {"another certificate", certified("boris"), false},
      {"invited to this room", invited("attic"), true},
      {"invited to another room", invited("cellar"), false},
      {"invited to any room", invited(""), false},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(is_admitted(roles, "attic", row.access) == row.is_admitted);
    CHECK(is_admitted({.speakers = {"sam"}}, "attic", row.access));
  }
}
