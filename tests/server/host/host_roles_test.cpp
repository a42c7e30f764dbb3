// Guests and roles of each room, as peers and the operator see them through the host.
#include "tests/server/host/crowd.hpp"

using namespace voiced;
using namespace voiced::test;

namespace {

RoomRules room(const char* name) {
  RoomRules rules{crowd_options().front_room};
  rules.options.name = name;
  return rules;
}

/// Guests may listen in the front room, speak in the hall, and not enter the staff room; there is
/// also a stage.
HostOptions options_of() {
  HostOptions options = crowd_options();
  RoomRules hall = room("hall"), staff = room("staff"), stage = room("stage");
  hall.guests = Guests::speak;
  staff.guests = Guests::none;
  staff.roles.members = {"anna"};
  stage.roles = {.speakers = {"anna"}, .operators = {"olga"}};
  options.rooms = {hall, staff, stage, room("yard")};
  options.login = {.guests = Guests::listen,
                   .plain_secrets = PlainSecrets::all,
                   .has_judge = true,
                   .has_accounts = true};
  return options;
}

struct House : Crowd {
  House() : Crowd(options_of()) {}

  PeerId guest(std::uint8_t last_byte, const std::string& room) {
    const PeerId id = arrive(last_byte);
    say(id, voice::test::message("Hello\nName:Guest\nRoom:" + room));
    return id;
  }
  PeerId account(std::uint8_t last_byte, const std::string& user, const std::string& room,
                 Role role = Role::speaker) {
    const PeerId id = arrive(last_byte);
    say(id, voice::test::message("Hello\nUser:" + user + "\nPassword:x\nRoom:" + room));
    CHECK(host.take_checks().size() == 1);
    const Access access{.is_guest = false, .role = role, .user = user};
    if (host.checked(id, verdict::Granted{access, {}, {}}, now)) write(id);
    tick();
    return id;
  }
  [[nodiscard]] Role role_of(PeerId id) const { return host.find(id)->session.role(); }
  [[nodiscard]] std::string last_text(PeerId id) { return line(id).texts().back(); }
};

}  // namespace

TEST_CASE("guests may do in each room what it says, or what the front room says",
          "[rooms][login]") {
  House house;
  const PeerId front = house.guest(1, "front"), hall = house.guest(2, "hall"),
               yard = house.guest(3, "yard"), listener = house.guest(4, "hall");
  CHECK(house.role_of(front) == Role::listener);
  CHECK(house.role_of(yard) == Role::listener);
  CHECK(house.last_text(yard) == "State\nMutedByServer:microphone\nRole:listener");
  CHECK(house.role_of(hall) == Role::speaker);
  CHECK(house.hears(hall, listener));
  CHECK_FALSE(house.hears(front, yard));

  const PeerId staff = house.guest(5, "staff");
  house.tick();
  CHECK(house.end_of(staff) == CloseReason::login_required);
  CHECK(house.last_text(staff) ==
        "Bye\nCode:login\nReason:an account or an invitation is required here");
}

TEST_CASE("a room with members admits no other account, and is open to the operator's moves",
          "[rooms][login]") {
  House house;
  const PeerId anna = house.account(1, "anna", "staff");
  const PeerId boris = house.account(2, "boris", "staff");
  CHECK(house.end_of(anna) == std::nullopt);
  CHECK(house.end_of(boris) == CloseReason::not_a_member);
  CHECK(house.last_text(boris) ==
        "Bye\nCode:login\nReason:only certain accounts may enter this room");

  const PeerId guest = house.guest(3, "hall");
  CHECK_FALSE(house.host.move(guest.number, house.host.lobby().find("staff").value()));
  house.tick(3);
  CHECK(house.end_of(guest) == std::nullopt);
  CHECK(house.hears(guest, anna));
}

TEST_CASE("on a stage only its speakers and operators are heard, and they know it",
          "[rooms][login]") {
  House house;
  const PeerId anna = house.account(1, "anna", "stage", Role::listener);
  const PeerId boris = house.account(2, "boris", "stage");
  CHECK(house.last_text(anna) ==
        "Welcome\nId:1\nName:anna\nAgent:voiced\nRoom:stage\nUser:anna\n"
        "Role:speaker");
  CHECK(house.last_text(boris) == "State\nMutedByServer:microphone\nRole:listener");
  CHECK(house.hears(anna, boris));
  CHECK_FALSE(house.hears(boris, anna));

  SECTION("its operators enter while it is locked") {
    CHECK(house.host.set_locked(house.host.lobby().find("stage").value(), true));
    const PeerId olga = house.account(3, "olga", "stage", Role::listener);
    const PeerId sam = house.account(4, "sam", "stage");
    CHECK(house.role_of(olga) == Role::operator_);
    CHECK(house.end_of(sam) == CloseReason::room_locked);
  }
  SECTION("one that is moved elsewhere has its own role there, and is told") {
    CHECK_FALSE(house.host.move(boris.number, house.host.lobby().find("hall").value()));
    const PeerId hall = house.guest(3, "hall");
    house.tick(3);
    CHECK(house.last_text(boris) == "State\nMutedByServer:none\nRole:speaker");
    CHECK(house.hears(boris, hall));
  }
  SECTION("the operator sees it") {
    const auto participants = house.host.participants(house.now);
    CHECK(participants[0].role == Role::speaker);
    CHECK(participants[1].role == Role::listener);
    const auto rooms = house.host.status(house.now).rooms;
    CHECK(rooms[0].guests == Guests::listen);
    CHECK(rooms[1].guests == Guests::speak);
    CHECK(rooms[2].guests == Guests::none);
    CHECK(rooms[2].members == 1);
    CHECK(rooms[3].speakers == 1);
    CHECK(rooms[3].operators == 1);
  }
}

TEST_CASE("a reload changes at once who is heard, and tells only those concerned",
          "[rooms][login]") {
  House house;
  const PeerId anna = house.account(1, "anna", "stage");
  const PeerId boris = house.account(2, "boris", "stage");
  const PeerId guest = house.guest(3, "hall");
  const std::size_t texts = house.line(anna).texts().size();

  HostOptions options = options_of();
  options.rooms[0].guests = Guests::listen;
  options.rooms[2].roles.speakers = {"anna", "boris"};
  house.host.reconfigure(options);
  house.tick();
  CHECK(house.last_text(boris) == "State\nMutedByServer:none\nRole:speaker");
  CHECK(house.last_text(guest) == "State\nMutedByServer:microphone\nRole:listener");
  CHECK(house.line(anna).texts().size() == texts);
  CHECK(house.hears(boris, anna));
  CHECK_FALSE(house.hears(guest, anna));

  options.rooms[0].guests = Guests::none;
  house.host.reconfigure(options);
  house.tick();
  CHECK(house.end_of(guest) == std::nullopt);
}
