// Names that may be mistaken for somebody else's.
#include "tests/server/host/crowd.hpp"

using namespace voiced;
using namespace voiced::test;

namespace {

HostOptions with_rule(NameRule rule) {
  HostOptions options = crowd_options();
  options.names = rule;
  return options;
}

struct House {
  explicit House(HostOptions options) : crowd(options) {}

  PeerId come(const std::string& name, std::uint8_t last_byte = 1) {
    const PeerId id = crowd.arrive(last_byte);
    crowd.say_hello(id, name);
    return id;
  }
  [[nodiscard]] bool is_in(PeerId id) const {
    const Peer* const peer = crowd.host.find(id);
    return peer != nullptr && peer->has_seat();
  }
  [[nodiscard]] bool is_marked(PeerId id) const {
    for (const ParticipantStatus& each : crowd.host.participants(crowd.now)) {
      if (each.number == id.number) return each.is_name_doubtful;
    }
    return false;
  }
  [[nodiscard]] std::string name_of(PeerId id) const { return crowd.host.find(id)->session.name(); }
  /// The last text that the peer was sent.
  [[nodiscard]] std::string told(PeerId id) { return crowd.line(id).texts().back(); }

  Crowd crowd;
};

/// A peer that logs in with an account.
PeerId log_in(House& house, const std::string& user, const std::string& name,
              std::uint8_t last_byte = 1) {
  const PeerId id = house.crowd.arrive(last_byte);
  house.crowd.say(id, voice::test::message("Hello\nName:" + name + "\nUser:" + user + "\nNonce:n"));
  for (const Check& check : house.crowd.host.take_checks()) {
    const verdict::Granted granted{
        .access = {.is_guest = false, .role = Role::speaker, .user = user}};
    if (house.crowd.host.checked(check.peer, granted, house.crowd.now)) house.crowd.write(id);
  }
  return id;
}

HostOptions with_accounts(NameRule rule = NameRule::allow) {
  HostOptions options = with_rule(rule);
  options.login.has_judge = true;
  options.login.has_accounts = true;
  return options;
}

}  // namespace

TEST_CASE("with accounts, guests are marked, whatever they call themselves", "[host][names]") {
  const auto* const name = GENERATE("Anna", "\u0410nna", "nobody's name", "Anna (Anna)");
  CAPTURE(name);
  House house(with_accounts());

  const PeerId guest = house.come(name);

  CHECK(house.is_in(guest));
  CHECK(house.name_of(guest) == name + std::string(" (guest)"));
  CHECK(house.told(guest) == "Welcome\nId:1\nName:" + std::string(name) + " (guest)\nAgent:voiced");
}

TEST_CASE("a mark is never cut off, however long the name is", "[host][names]") {
  House house(with_accounts());
  const std::string letters(name_bytes_max, 'x');
  CHECK(house.name_of(house.come(letters)) == std::string(56, 'x') + " (guest)");
  CHECK(house.name_of(house.come(std::string(55, 'x') + "\u00E9", 2)) ==
        std::string(55, 'x') + " (guest)");
  CHECK(house.name_of(log_in(house, letters, "boss", 3)) == letters);
  const std::string account(60, 'y');
  CHECK(house.name_of(log_in(house, account, "boss", 4)) == "b (" + account + ")");
  CHECK(house.name_of(log_in(house, account, "\u00E9", 5)) == account);
}

TEST_CASE("an account has its own name, or another name followed by it", "[host][names]") {
  struct Row {
    const char* said;
    const char* shown;
  };
  const Row rows[] = {
      {"Anna", "Anna"}, {"ANNA", "ANNA (Anna)"},         {"\u0410nna", "\u0410nna (Anna)"},
      {"", "Anna"},     {"the boss", "the boss (Anna)"}, {"Bob", "Bob (Anna)"}};
  House house(with_accounts());
  std::uint8_t last_byte = 1;
  for (const Row& row : rows) {
    INFO(row.said);
    CHECK(house.name_of(log_in(house, "Anna", row.said, last_byte++)) == row.shown);
  }
}

TEST_CASE("an invitation may give any name", "[host][names]") {
  House house(with_accounts(NameRule::refuse));
  const PeerId id = house.crowd.arrive();
  house.crowd.host.reconfigure([] {
    HostOptions options = with_accounts(NameRule::refuse);
    options.login.plain_secrets = PlainSecrets::all;
    return options;
  }());
  house.crowd.say(id, voice::test::message("Hello\nName:x\nToken:t"));
  for (const Check& check : house.crowd.host.take_checks()) {
    const verdict::Granted granted{
        .access = {.is_guest = false, .role = Role::speaker, .invitation = "i"}, .name = "Anna"};
    if (house.crowd.host.checked(check.peer, granted, house.crowd.now)) house.crowd.write(id);
  }

  CHECK(house.is_in(id));
  CHECK(house.crowd.host.participants(house.crowd.now).at(0).name == "Anna");
}

TEST_CASE("an account never has the bare name of another account", "[host][names]") {
  House house(with_accounts(GENERATE(NameRule::allow, NameRule::refuse)));
  const PeerId real = log_in(house, "user1", "user1", 1);
  const PeerId other = log_in(house, "userl", "user1", 2);

  CHECK(house.name_of(real) == "user1");
  CHECK(house.name_of(other) == "user1 (userl)");
  CHECK(house.told(other).find("Name:user1 (userl)\n") != std::string::npos);
}

TEST_CASE("a guest that joined before there were accounts is marked when they turn up",
          "[host][names]") {
  House house(with_rule(NameRule::allow));
  const PeerId guest = house.come("Anna", 1);
  const PeerId own_mark = house.come("Bob (guest)", 2);
  const PeerId nameless = house.come("", 3);
  const PeerId classic = house.crowd.arrive(4);
  house.crowd.speak(classic);
  (void)house.crowd.host.take_events();
  house.crowd.host.reconfigure(with_accounts());
  const std::vector<HostEvent> events = house.crowd.host.take_events();
  house.crowd.tick(2);

  CHECK(house.name_of(guest) == "Anna (guest)");
  CHECK(house.told(guest) == "Welcome\nId:1\nName:Anna (guest)\nAgent:voiced");
  CHECK(house.name_of(own_mark) == "Bob (guest)");
  for (const PeerId unnamed : {nameless, classic}) {
    CHECK(house.name_of(unnamed) == house.crowd.host.find(unnamed)->session.address());
  }
  std::size_t named = 0;
  for (const HostEvent& each : events) {
    if (const auto* const name = std::get_if<event::Named>(&each)) {
      ++named;
      CHECK(name->name == "Anna (guest)");
    }
  }
  CHECK(named == 1);
  // Once is enough.
  const std::size_t told = house.crowd.line(guest).texts().size();
  house.crowd.host.reconfigure(with_accounts());
  house.crowd.tick(2);
  CHECK(house.crowd.line(guest).texts().size() == told);
  house.crowd.say_hello(guest, "Anna");
  CHECK(house.name_of(guest) == "Anna (guest)");
}

TEST_CASE("a name with characters that belong to no name is refused or marked", "[host][names]") {
  const auto* const name =
      GENERATE("An\u0483na", "An\u0488na", "Anna\u070F", "Anna\U00013437", "Anna\u2D7F",
               "Anna\u1039", "Anna\u17D2", "Anna\u064B", "Anna\u05B4", "Anna\u0378", "Anna\uE000");
  CAPTURE(name);
  House refusing(with_rule(NameRule::refuse));
  refusing.come("Anna", 1);
  const PeerId refused = refusing.come(name, 2);
  CHECK(refusing.crowd.end_of(refused) == CloseReason::name_mixed);
  House marking(with_rule(NameRule::mark));
  CHECK(marking.is_marked(marking.come(name, 1)));
}

TEST_CASE("by default any name is allowed", "[host][names]") {
  House house(crowd_options());

  const PeerId first = house.come("Anna", 1);
  const PeerId second = house.come("Anna", 2);
  const PeerId third = house.come("\u0410nna", 3);

  CHECK(house.is_in(first));
  CHECK(house.is_in(second));
  CHECK(house.is_in(third));
  CHECK_FALSE(house.is_marked(second));
  CHECK_FALSE(house.is_marked(third));
}

TEST_CASE("a room that marks shows the operator which names are doubtful", "[host][names]") {
  House house(with_rule(NameRule::mark));

  const PeerId first = house.come("Anna", 1);
  const PeerId same = house.come("ANNA", 2);
  const PeerId mixed = house.come("p\u0430ul", 3);
  const PeerId other = house.come("Carl", 4);

  CHECK_FALSE(house.is_marked(first));
  CHECK(house.is_marked(same));
  CHECK(house.is_marked(mixed));
  CHECK_FALSE(house.is_marked(other));
  // The name itself does not change.
  CHECK(house.told(same).find("Name:ANNA") != std::string::npos);
  house.crowd.say_hello(same, "Dora");
  CHECK_FALSE(house.is_marked(same));
}

TEST_CASE("a room that refuses does not admit a name that looks like another's", "[host][names]") {
  House house(with_rule(NameRule::refuse));
  const PeerId first = house.come("Anna", 1);

  const PeerId same = house.come("anna", 2);
  const PeerId mixed = house.come("p\u0430ul", 3);

  CHECK(house.is_in(first));
  CHECK(house.crowd.end_of(same) == CloseReason::name_taken);
  CHECK(house.told(same).starts_with(
      "Bye\nCode:name-taken\nReason:this name, or one that looks like it, is already in use here"));
  CHECK(house.crowd.end_of(mixed) == CloseReason::name_mixed);
  CHECK(house.told(mixed).starts_with("Bye\nCode:name\nReason:this name mixes letters"));
  // A refused peer is not sent a Welcome first.
  for (const std::string& text : house.crowd.line(same).texts()) {
    CHECK_FALSE(text.starts_with("Welcome"));
  }
  CHECK(house.is_in(house.come("Carl", 4)));
}

TEST_CASE("a peer that reconnects before its old connection is given up gets in", "[host][names]") {
  House house(with_rule(NameRule::refuse));
  const PeerId ghost = house.come("Anna", 1);

  CHECK(house.is_in(house.come("Anna", 1)));
  CHECK(house.is_in(ghost));
  CHECK_FALSE(house.is_in(house.come("\u0410NNA", 1)));
}

TEST_CASE("an account gets into a room that refuses, whoever has taken its name before",
          "[host][names]") {
  House house(with_rule(NameRule::refuse));
  house.come("Anna", 1);
  house.crowd.host.reconfigure(with_accounts(NameRule::refuse));

  const PeerId anna = log_in(house, "Anna", "Anna", 2);

  CHECK(house.is_in(anna));
  CHECK_FALSE(house.is_marked(anna));
  // The same account twice more, from elsewhere and under another name.
  CHECK(house.is_in(log_in(house, "Anna", "boss", 3)));
  CHECK(house.is_in(log_in(house, "Anna", "boss", 4)));
}

TEST_CASE("names are compared within a room, and a moved one is marked", "[host][names]") {
  HostOptions options = crowd_options();
  options.rooms = {{.options = options.front_room, .names = NameRule::refuse}};
  options.rooms[0].options.name = "hall";
  House house(options);
  const PeerId in_front = house.come("Anna", 1);
  const PeerId in_hall = house.crowd.arrive(2);
  house.crowd.say(in_hall, voice::test::message("Hello\nName:Anna\nRoom:hall"));
  CHECK(house.is_in(in_hall));

  const auto hall = house.crowd.host.lobby().find("hall");
  REQUIRE(hall);
  REQUIRE_FALSE(house.crowd.host.move(in_front.number, *hall));
  house.crowd.tick(3);

  CHECK(house.is_in(in_front));
  CHECK(house.is_marked(in_front));
  CHECK_FALSE(house.is_marked(in_hall));
}

TEST_CASE("a rule that is set later applies to later peers", "[host][names]") {
  House house(crowd_options());
  const PeerId first = house.come("Anna", 1);
  const PeerId second = house.come("Anna", 2);
  house.crowd.host.reconfigure(with_rule(NameRule::refuse));

  CHECK(house.is_in(first));
  CHECK(house.is_in(second));
  CHECK_FALSE(house.is_in(house.come("Anna", 3)));
}

namespace {

Ban ban_of(const std::string& name) {
  return {.who = name, .range = {}, .until = {}, .reason = ""};
}

bool is_banned(House& house, PeerId id) {
  house.crowd.tick();
  return house.crowd.end_of(id) == CloseReason::banned;
}

}  // namespace

TEST_CASE("a ban of a name holds for the name that was asked for and for the one that is shown",
          "[host][names]") {
  House house(with_accounts());
  const PeerId guest = house.come("bob", 1);
  const PeerId account = log_in(house, "anna", "the boss", 2);
  const PeerId bare = log_in(house, "anna", "", 3);
  const PeerId other = house.come("Bob", 4);
  REQUIRE(house.name_of(guest) == "bob (guest)");
  REQUIRE(house.name_of(account) == "the boss (anna)");

  const auto* const bobs = GENERATE("bob", "bob (guest)");
  const auto* const bosses = GENERATE("the boss", "the boss (anna)");
  CAPTURE(bobs, bosses);
  CHECK(house.crowd.host.ban(ban_of(bobs), house.crowd.now) == 1U);
  CHECK(house.crowd.host.ban(ban_of(bosses), house.crowd.now) == 1U);
  CHECK(is_banned(house, guest));
  CHECK(is_banned(house, account));
  CHECK(is_banned(house, house.come("bob", 5)));
  CHECK(is_banned(house, log_in(house, "anna", "the boss", 6)));
  CHECK(house.is_in(bare));
  CHECK(house.is_in(other));
  CHECK(house.is_in(house.come("Bob", 7)));

  CHECK(house.crowd.host.ban(ban_of("anna"), house.crowd.now) == 1U);
  CHECK(is_banned(house, bare));
}

TEST_CASE("a ban of a name is still in force when the first account turns up", "[host][names]") {
  House house(with_rule(NameRule::allow));
  REQUIRE(house.crowd.host.ban(ban_of("bob"), house.crowd.now) == 0U);
  const PeerId anna = house.come("Anna", 1);
  house.crowd.host.reconfigure(with_accounts());
  REQUIRE(house.name_of(anna) == "Anna (guest)");

  CHECK(is_banned(house, house.come("bob", 2)));
  CHECK(house.crowd.host.ban(ban_of("Anna"), house.crowd.now) == 1U);
  CHECK(is_banned(house, anna));
}
