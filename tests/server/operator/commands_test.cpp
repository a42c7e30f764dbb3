// What each verb answers on an empty server.
#include "tests/server/operator/desk.hpp"
#include "tests/support/catch.hpp"

using voiced::test::contains;
using voiced::test::Desk;

TEST_CASE("an invalid request is answered with a valid form", "[commands]") {
  struct Row {
    const char* request;
    const char* error;
  };
  const auto row = GENERATE(
      values<Row>({{"", "the request is empty; it needs a command"},
                   {"dance", R"(unknown command \"dance\"; known: status, list, stats, mute)"},
                   {"list all", "usage: list"},
                   {"mute", "usage: mute WHO [microphone] [loudspeaker] [here]"},
                   {"mute Anna", R"(no participant is called \"Anna\")"},
                   {"gain 3", "usage: gain WHO DB"},
                   {"kick", "usage: kick WHO [REASON]"},
                   {"kick 0", "no participant has the id 0; a number is always an id"},
                   {"mute 99999999999999999999999", "no participant has the id 99999999999"},
                   {"ban Eve for", "a duration is missing"},
                   {"ban Eve for ever", R"(\"ever\" is not a duration)"},
                   {"ban \"\"", "invalid name"},
                   {"ban \xE2\x80\x8B", "invalid name"},
                   {"ban 3", "no participant has the id 3"},
                   {"ban 0", "no participant has the id 0"},
                   {"ban 192.0.2.300", "`192.0.2.300` is not a valid address or range"},
                   {"ban 10.0.0.0/40", "the prefix of IPv4 is 0 to 32"},
                   {"ban 192.0.2.*", "to ban a name that looks like this, use ban-name"},
                   {"ban-name \"\"", "invalid name"},
                   {"unban Eve", R"(\"Eve\" is not banned)"},
                   {"unban 192.0.2.300", "is not a valid address or range"},
                   {"unban 3", "ids end with their connection"},
                   {"drain on", "usage: drain [off]"},
                   {"log-level loud", "is not a log level; use trace, debug"},
                   {"kick \"Anna", "a quote is not closed"}}));
  Desk desk;
  CAPTURE(row.request);

  const std::string answer = desk.ask(row.request);

  CAPTURE(answer);
  CHECK(answer.starts_with(R"({"ok":false,"error":")"));
  CHECK(contains(answer, row.error));
  CHECK(desk.program.kept == 0);
}

TEST_CASE("status, list, stats and config answer for an empty conference", "[commands]") {
  Desk desk;

  CHECK(contains(desk.ask("status"), R"("endpoints":["127.0.0.1:7000"],"sample_rate_hz":8000)"));
  CHECK(contains(desk.ask("status"),
                 R"("rooms":[{"name":"front","state":"open","on_demand":false,"password":false,)"
                 R"("guests":"speak","members":0,"speakers":0,"operators":0,)"
                 R"("sample_rate_hz":8000,"jitter_depth_packets":25,)"
                 R"("participants":0,"participants_max":1000,"talkers":0,"limiter":false,)"
                 R"("limiter_gain_db":0.000,"limited_frames":0,"forwarded_frames":0,"howls":0}])"));
  CHECK(desk.ask("list") == R"({"ok":true,"participants":[]})");
  CHECK(contains(desk.ask("stats"), R"("closes":{"left":0,)"));
  CHECK(desk.ask("config") ==
        R"({"ok":true,"settings":[{"name":"port","value":"7000","origin":"default",)"
        R"("takes_effect":"at restart"},)"
        R"({"name":"log-level","value":"\"info\"","origin":"file",)"
        R"("takes_effect":"at once"}]})");
}

TEST_CASE("bans are shown in one form, kept, and lifted in any", "[commands]") {
  Desk desk;

  CHECK(desk.ask("ban 2001:db8::5 too loud") ==
        R"({"ok":true,"banned":"2001:db8::/64","kind":"address","sent_away":0,"kept":true})");
  CHECK(desk.ask("ban \"Eve Adams\" for 10m") ==
        R"({"ok":true,"banned":"Eve Adams","kind":"name","sent_away":0,"kept":true})");
  const std::string bans = desk.ask("bans");
  CHECK(contains(bans, R"({"who":"2001:db8::/64","kind":"address","until":null,)"
                       R"("reason":"too loud"})"));
  CHECK(contains(bans, R"({"who":"Eve Adams","kind":"name","until":1)"));
  CHECK(desk.ask("unban 2001:db8::77") == R"({"ok":true,"unbanned":"2001:db8::/64","kept":true})");
  CHECK(desk.ask("unban \"Eve Adams\"") == R"({"ok":true,"unbanned":"Eve Adams","kept":true})");
  CHECK(desk.ask("bans") == R"({"ok":true,"bans":[]})");
  CHECK(desk.program.kept == 4);
}

TEST_CASE("addresses, ranges and names are told apart, and each is lifted as it was banned",
          "[commands]") {
  struct Row {
    const char* who;
    const char* shown;
    const char* kind;
  };
  const auto row = GENERATE(values<Row>({{"192.0.2.7", "192.0.2.7", "address"},
                                         {"127.0.0.1:41458", "127.0.0.1", "address"},
                                         {"192.0.2.99/24", "192.0.2.0/24", "range"},
                                         {"2001:db8::/32", "2001:db8::/32", "range"},
                                         {"[2001:db8::9]:41458", "2001:db8::/64", "address"},
                                         {"An\xE2\x80\x8Bna\xC2\xA0", "Anna", "name"},
                                         {"\"for\"", "for", "name"}}));
  CAPTURE(row.who);
  Desk desk;
  const std::string quoted_shown = std::string("\"") + row.shown + '"';

  CHECK(desk.ask(std::string("ban ") + row.who) == R"({"ok":true,"banned":)" + quoted_shown +
                                                       R"(,"kind":")" + row.kind +
                                                       R"(","sent_away":0,"kept":true})");
  CHECK(contains(desk.ask("bans"), R"({"who":)" + quoted_shown + R"(,"kind":")" + row.kind));
  CHECK(desk.ask(std::string("unban ") + row.who) ==
        R"({"ok":true,"unbanned":)" + quoted_shown + R"(,"kept":true})");
  CHECK(desk.ask("bans") == R"({"ok":true,"bans":[]})");
}

TEST_CASE("a name that looks like something else can be banned, and lifted", "[commands]") {
  Desk desk;

  CHECK(contains(desk.ask("ban-name 3"), R"("banned":"3","kind":"name")"));
  CHECK(contains(desk.ask("ban-name 192.0.2.7 for 10m"), R"("banned":"192.0.2.7","kind":"name")"));
  CHECK(contains(desk.ask("ban 192.0.2.7"), R"("banned":"192.0.2.7","kind":"address")"));
  CHECK(contains(desk.ask("unban 3"), R"("unbanned":"3")"));
  CHECK(contains(desk.ask("unban 192.0.2.7"), R"("ok":true)"));
  CHECK(contains(desk.ask("bans"), R"("bans":[{"who":"192.0.2.7","kind":"name")"));
  CHECK(contains(desk.ask("unban 192.0.2.7"), R"("ok":true)"));
  CHECK(desk.ask("bans") == R"({"ok":true,"bans":[]})");
}

TEST_CASE("for in quotes is a reason, and without them a time follows", "[commands]") {
  Desk desk;

  CHECK(contains(desk.ask(R"(ban Eve "for")"), R"("ok":true)"));
  CHECK(contains(desk.ask("bans"), R"("until":null,"reason":"for")"));
  CHECK(contains(desk.ask(R"(ban Eve for 10m "for" fun)"), R"("ok":true)"));
  CHECK(contains(desk.ask("bans"), R"("reason":"for fun")"));
}

TEST_CASE("unban of an address within a banned range says what to lift", "[commands]") {
  Desk desk;
  CHECK(contains(desk.ask("ban 192.0.2.0/24"), R"("ok":true)"));

  CHECK(contains(desk.ask("unban 192.0.2.7"),
                 R"(\"192.0.2.7\" is not banned by itself, but 192.0.2.0/24 is)"));
}

TEST_CASE("a ban is answered when it is known whether it has been saved", "[commands]") {
  Desk desk;
  desk.program.is_slow = true;

  CHECK(desk.ask("ban 192.0.2.7").empty());
  REQUIRE(desk.program.waiting);
  desk.program.waiting("the disk is full");
  CHECK(desk.last == R"({"ok":true,"banned":"192.0.2.7","kind":"address","sent_away":0,)"
                     R"("kept":false,"keep_error":"the disk is full"})");
  CHECK(desk.ask("unban 192.0.2.7").empty());
  desk.program.waiting("");
  CHECK(desk.last == R"({"ok":true,"unbanned":"192.0.2.7","kept":true})");
}

TEST_CASE("a reload answers with what changed, or why not", "[commands]") {
  Desk desk;

  CHECK(desk.ask("reload") ==
        R"({"ok":true,"changed":[{"name":"jitter-depth","from":"6","to":"8",)"
        R"("takes_effect":"at once"}],)"
        R"("pending":[{"name":"port","from":"7000","to":"7001","takes_effect":"at restart"}]})");
  CHECK(desk.ask("reload") == R"({"ok":false,"error":"f.conf:3: port: `x` is not a number"})");
}

TEST_CASE("a drain can be cancelled", "[commands]") {
  Desk desk;

  CHECK(desk.ask("drain") == R"({"ok":true,"draining":true})");
  CHECK(contains(desk.ask("status"), R"("state":"draining")"));
  CHECK(desk.ask("drain off") == R"({"ok":true,"draining":false})");
  CHECK(contains(desk.ask("status"), R"("state":"running")"));
  CHECK(desk.ask("log-level debug") == R"({"ok":true,"log_level":"debug"})");
}

TEST_CASE("an invitation is made as it was asked for", "[commands]") {
  Desk desk;
  const std::string made = desk.ask("invite for 2h room \"Big attic\" name Guest listen-only once");
  REQUIRE(desk.program.invited.size() == 1);
  const voice::identity::Invitation first = desk.program.invited[0];
  CHECK(contains(made, R"("token":"vi1.token")"));
  CHECK(contains(made, R"("id":")" + first.id + '"'));
  CHECK(first.room == "Big attic");
  CHECK(first.name == "Guest");
  CHECK(first.role == voice::identity::UserRole::listener);
  CHECK(first.is_once);

  (void)desk.ask("invite for 90s");
  const voice::identity::Invitation& second = desk.program.invited.back();
  CHECK(second.role == voice::identity::UserRole::speaker);
  CHECK_FALSE(second.is_once);
  CHECK(second.id != first.id);
  CHECK(first.until - second.until >= std::chrono::seconds{7000});
}

TEST_CASE("an invitation to a room that does not exist says so, unless it would be made",
          "[commands]") {
  Desk desk;
  const std::string missing = R"("room_exists":false)";
  CHECK(contains(desk.ask("invite for 2h room attic"), missing));
  CHECK_FALSE(contains(desk.ask("invite for 2h room front"), missing));
  CHECK_FALSE(contains(desk.ask("invite for 2h"), missing));
  desk.program.rooms_on_demand = "0";
  CHECK(contains(desk.ask("invite for 2h room attic"), missing));
  desk.program.rooms_on_demand = "3";
  CHECK_FALSE(contains(desk.ask("invite for 2h room attic"), missing));
}

TEST_CASE("an impossible invitation is refused, with the reason", "[commands]") {
  Desk desk;
  for (const char* const request :
       {"invite for", "invite listen-only once", "invite for 400d", "invite for soon",
        "invite for 2h room", "invite for 2h room \"\"", "invite for 2h as king"}) {
    INFO(request);
    CHECK(contains(desk.ask(request), R"("ok":false,"error":")"));
  }
  CHECK(desk.program.invited.empty());
}

TEST_CASE("a revocation reports how many participants it has disconnected", "[commands]") {
  Desk desk;
  CHECK(contains(desk.ask("revoke good"), R"("revoked":"good","sent_away":2,"kept":true)"));
  CHECK(contains(desk.ask("revoke bad"), "no such invitation"));
}

TEST_CASE("invitations are listed as far as they are known", "[commands]") {
  Desk desk;
  CHECK(desk.ask("invitations") == R"({"ok":true,"invitations":[]})");
  using voice::identity::InvitationState;
  const std::chrono::sys_seconds until{std::chrono::seconds{2000}};
  desk.program.known = {
      {{.id = "one", .until = until, .room = "attic", .is_once = true}, InvitationState::used},
      {{.id = "two", .until = until}, InvitationState::revoked, true}};
  CHECK(desk.ask("invitations") ==
        R"({"ok":true,"invitations":[{"id":"one","state":"used","until":2000,"room":"attic",)"
        R"("name":"","role":"speaker","once":true,"participants":[]},)"
        R"({"id":"two","state":"revoked","until":2000,"participants":[]}]})");
}

TEST_CASE("a setting is answered whole, however long it is", "[commands]") {
  Desk desk;
  std::string ranges, escaped;
  for (int i = 0; i < 200; ++i) {
    ranges += "\"192.0.2." + std::to_string(i) + "\", ";
    escaped += "\\\"192.0.2." + std::to_string(i) + "\\\", ";
  }
  desk.program.denied = ranges;

  CHECK(contains(desk.ask("config"), R"({"name":"deny-from","value":")" + escaped + '"'));
  CHECK(contains(desk.ask("reload"), R"("from":"[]","to":")" + escaped + '"'));
}
