// Requests about participants: which one is meant, what is done to it, and what is answered.
#include "tests/server/operator/staffed_desk.hpp"

using namespace voiced;
using namespace voiced::test;

using Texts = std::vector<std::string>;

TEST_CASE("a participant is muted step by step, and told each time", "[commands]") {
  struct Row {
    const char* request;
    const char* muted;
    const char* state;  // empty: nothing that the peer is told about has changed
  };
  const Row rows[] = {
      {"mute Ada", R"(["microphone"])", "microphone"},
      {"mute Ada loudspeaker", R"(["microphone","loudspeaker"])", "both"},
      {"mute Ada here", R"(["microphone","loudspeaker","here"])", "both"},
      {"unmute Ada microphone", R"(["loudspeaker","here"])", "loudspeaker"},
      {"unmute Ada here loudspeaker", "[]", "none"},
      {"mute Ada microphone loudspeaker here", R"(["microphone","loudspeaker","here"])", "both"},
      {"unmute Ada", "[]", "none"},
      {"unmute Ada", "[]", "none"},
      {"mute Ada here here here", R"(["here"])", "none"},
  };
  StaffedDesk desk;
  const PeerId ada = desk.join(1, "Ada");
  (void)desk.texts_for(ada);
  for (const Row& row : rows) {
    CAPTURE(row.request);
    CHECK(desk.ask(row.request) ==
          R"({"ok":true,"id":1,"name":"Ada","muted":)" + std::string(row.muted) + "}");
    CHECK(desk.texts_for(ada) == Texts{"State\nMutedByServer:" + std::string(row.state)});
  }
}

TEST_CASE("a mute of something that does not exist changes nothing", "[commands]") {
  StaffedDesk desk;
  const PeerId ada = desk.join(1, "Ada");
  (void)desk.texts_for(ada);
  for (const char* const request :
       {"mute Ada mouth", "mute Ada microphone mouth", "unmute Ada Microphone", "mute Ada \"\""}) {
    CAPTURE(request);
    CHECK(contains(desk.ask(request), "one or more of: microphone, loudspeaker, here"));
    CHECK(desk.texts_for(ada).empty());
  }
  CHECK(contains(desk.ask("list"), R"("muted":[])"));
}

TEST_CASE("a gain is set within its limits and not beyond", "[commands]") {
  StaffedDesk desk;
  (void)desk.join(1, "Ada");
  struct Row {
    const char* db;
    bool is_set;
  };
  const Row rows[] = {{"-40", true},  {"20", true},   {"0", true},     {"-6.5", true},
                      {"+6", true},   {"-.5", true},  {"+-6", false},  {"++6", false},
                      {"+", false},   {"-+6", false}, {"20.1", false}, {"-40.1", false},
                      {"nan", false}, {"inf", false}, {"-inf", false}, {"loud", false},
                      {"", false},    {"6dB", false}, {"1e300", false}};
  double last = 0;
  for (const Row& row : rows) {
    CAPTURE(row.db);
    const std::string answer = desk.ask("gain Ada \"" + std::string(row.db) + '"');
    CHECK(contains(answer, R"("ok":true,"id":1,"name":"Ada","gain_db":)") == row.is_set);
    if (row.is_set) last = std::stod(row.db);
    if (!row.is_set) CHECK(contains(answer, "is not a gain; use -40 to 20, in dB"));
    CHECK(desk.host().participants({}).front().gain_db == Approx(last));
  }
}

TEST_CASE("a number is an id, whoever is called like that", "[commands]") {
  StaffedDesk desk;
  const PeerId ada = desk.join(1, "2");
  const PeerId bob = desk.join(2, "Bob");
  REQUIRE(bob.number == 2);

  CHECK(desk.ask("mute 2") == R"({"ok":true,"id":2,"name":"Bob","muted":["microphone"]})");
  CHECK(desk.ask("mute 02") == R"({"ok":true,"id":2,"name":"Bob","muted":["microphone"]})");
  CHECK(desk.host().mutes_of(bob.number).microphone);
  CHECK_FALSE(desk.host().mutes_of(ada.number).microphone);
  // Once Bob has gone, the other one must not take his place.
  CHECK(contains(desk.ask("kick 2"), R"("name":"Bob")"));
  CHECK(contains(desk.ask("kick 2"), "no participant has the id 2"));
  CHECK(contains(desk.ask("kick \"2\""), "no participant has the id 2"));
  CHECK(desk.is_here(ada));
  CHECK(contains(desk.ask("kick 1"), R"("id":1,"name":"2")"));
}

TEST_CASE("a name that several have is not guessed, and the answer lists up to eight of them",
          "[commands]") {
  StaffedDesk desk;
  for (std::uint8_t i = 1; i <= 9; ++i) (void)desk.join(i, "Ada");
  (void)desk.join(10, "ada");

  CHECK(desk.ask("kick Ada") ==
        R"({"ok":false,"error":"9 participants are called \"Ada\"; use a number: )"
        "1, 2, 3, 4, 5, 6, 7, 8, …\"}");
  CHECK(contains(desk.ask("kick 9"), R"("ok":true)"));
  CHECK(desk.ask("mute Ada") ==
        R"({"ok":false,"error":"8 participants are called \"Ada\"; use a number: )"
        "1, 2, 3, 4, 5, 6, 7, 8\"}");
  // Names are compared exactly.
  CHECK(contains(desk.ask("kick ada"), R"("id":10)"));
  CHECK(contains(desk.ask("kick ADA"), "no participant is called"));
}

TEST_CASE("a participant that gave no name is called by its address", "[commands]") {
  StaffedDesk desk;
  const PeerId id = desk.arrive(7);
  CHECK(contains(desk.ask("mute 192.0.2.7:50000"), R"("name":"192.0.2.7:50000")"));
  CHECK(desk.host().mutes_of(id.number).microphone);
  CHECK(contains(desk.ask("mute 192.0.2.7"), "no participant is called"));
}

TEST_CASE("who is kicked is told in the operator's words, cleaned and cut", "[commands]") {
  struct Row {
    std::string request;
    std::string bye;
  };
  const std::string longest(ban_reason_bytes_max, 'x');
  const Row rows[] = {
      {"kick 1", "Bye\nCode:kicked\nReason:removed by the operator"},
      {"kick Ada too loud", "Bye\nCode:kicked\nReason:too loud"},
      {"kick Ada   \"a  b\"   c", "Bye\nCode:kicked\nReason:a  b c"},
      {"kick Ada \"say \\\"hi\\\" \\\\\"", "Bye\nCode:kicked\nReason:say \"hi\" \\"},
      {"kick Ada " + longest + "y", "Bye\nCode:kicked\nReason:" + longest},
      {"kick Ada \"\"", "Bye\nCode:kicked\nReason:removed by the operator"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.request);
    StaffedDesk desk;
    const PeerId ada = desk.join(1, "Ada");
    (void)desk.texts_for(ada);
    CHECK(desk.ask(row.request) == R"({"ok":true,"id":1,"name":"Ada"})");
    CHECK_FALSE(desk.is_here(ada));
    desk.tick();
    const Texts texts = desk.texts_for(ada);
    // The order of the keys does not matter to a client.
    REQUIRE(texts.size() == 1);
    const auto bye = voice::voice1::parse(voice::test::bytes_of(texts[0]));
    const auto expected = voice::voice1::parse(voice::test::bytes_of(row.bye));
    REQUIRE((bye && expected));
    CHECK(std::get<voice::voice1::Bye>(*bye).reason ==
          std::get<voice::voice1::Bye>(*expected).reason);
    CHECK(std::get<voice::voice1::Bye>(*bye).code == std::get<voice::voice1::Bye>(*expected).code);
    CHECK(contains(desk.ask("kick Ada"), "no participant is called"));
  }
}

TEST_CASE("a ban of a participant is one of its address, and hits all that share it",
          "[commands]") {
  StaffedDesk desk;
  const PeerId ada = desk.join(1, "Ada");
  const PeerId twin = desk.join(1, "Twin");
  const PeerId bob = desk.join(2, "Bob");

  const std::string answer = desk.ask("ban 1 for 10m spam");
  CHECK(contains(answer, R"("banned":"192.0.2.1","kind":"address","id":1,"name":"Ada")"));
  CHECK(contains(answer, R"("sent_away":2,"kept":true)"));
  CHECK_FALSE(desk.is_here(ada));
  CHECK_FALSE(desk.is_here(twin));
  CHECK(desk.is_here(bob));
  CHECK(contains(desk.ask("bans"), R"("who":"192.0.2.1","kind":"address","until":)"));
  CHECK(contains(desk.ask("bans"), R"("reason":"spam")"));
}

TEST_CASE("a ban of a name hits all that have exactly that name, and of a range all in it",
          "[commands]") {
  StaffedDesk desk;
  const PeerId ada = desk.join(1, "Ada");
  const PeerId other_ada = desk.join(130, "Ada");
  const PeerId bob = desk.join(131, "Adam");

  CHECK(desk.ask("ban Ada") ==
        R"({"ok":true,"banned":"Ada","kind":"name","sent_away":2,"kept":true})");
  CHECK_FALSE(desk.is_here(ada));
  CHECK_FALSE(desk.is_here(other_ada));
  CHECK(desk.is_here(bob));
  CHECK(contains(desk.ask("ban 192.0.2.0/25"), R"("kind":"range","sent_away":0)"));
  CHECK(desk.is_here(bob));
  CHECK(contains(desk.ask("ban 192.0.2.128/25"), R"("kind":"range","sent_away":1)"));
  CHECK_FALSE(desk.is_here(bob));
}

TEST_CASE("a list shows participants in the order in which they came, with what they are",
          "[commands]") {
  StaffedDesk desk(house_options());
  (void)desk.join(1, "Ada");
  (void)desk.arrive(2);
  (void)desk.join(3, "Bob", "attic");
  const std::string list = desk.ask("list");
  const auto at = [&](const std::string& text) { return list.find(text); };
  CHECK(contains(list, R"("id":1,"name":"Ada","room":"front","address":"192.0.2.1:50000",)"
                       R"("dialect":"voice/1","codec":"pcmu","sample_rate_hz":8000)"));
  CHECK(contains(list, R"("id":2,"name":"192.0.2.2:50000","room":"front")"));
  CHECK(contains(list, R"("dialect":"unknown")"));
  CHECK(contains(list, R"("id":3,"name":"Bob","room":"attic")"));
  CHECK(at(R"("id":1)") < at(R"("id":2)"));
  CHECK(at(R"("id":2)") < at(R"("id":3)"));
  CHECK(contains(desk.ask("status"), R"("participants":3)"));
}

TEST_CASE("an id is looked up among those that are here now", "[commands]") {
  StaffedDesk desk;
  (void)desk.join(1, "Ada");
  (void)desk.join(2, "Bob");

  CHECK(contains(desk.ask("mute 2"), R"({"ok":true,"id":2,"name":"Bob")"));
  CHECK(contains(desk.ask("kick 2"), R"({"ok":true,"id":2,"name":"Bob")"));
  for (const char* const id : {"2", "3", "18446744073709551616"}) {
    CHECK(contains(desk.ask("mute " + std::string(id)), "no participant has the id"));
  }
  const auto here = desk.host().participant(1, {});
  REQUIRE(here);
  CHECK(here->name == "Ada");
  CHECK_FALSE(desk.host().participant(2, {}));
}
