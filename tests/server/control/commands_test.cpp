// What each verb answers when there is nobody: the rest is told with real participants in
// tests/integration/voiced_control_test.cpp.
#include "server/control/commands.hpp"

#include "tests/support/catch.hpp"

using voiced::Commands;
using Strings = std::vector<std::string>;

namespace {

struct FakeProgram final : voiced::Program {
  void reload(ReloadDone done) override {
    ++reloads;
    if (reloads == 2)
      return done(voice::unexpected(std::string("f.conf:3: port: `x` is no number")));
    done(voiced::Reloaded{{{"jitter-depth", "6", "8"}}, {{"port", "7000", "7001"}}});
  }
  std::vector<voiced::SettingInForce> settings() const override {
    return {{"port", "7000", "default"}, {"log-level", "\"info\"", "file"}};
  }
  bool set_log_level(const std::string& level) override { return level == "debug"; }
  Strings endpoints() const override { return {"127.0.0.1:7000"}; }
  void keep_bans(BansKept done) override {
    ++kept;
    done("");
  }
  int reloads = 0;
  int kept = 0;
};

voiced::ServerOptions options() {
  return {.conference = {.format = *voice::AudioFormat::from_rate(8000)},
          .local = {},
          .listen = {},
          .door = {}};
}

struct Desk {
  boost::asio::io_context io;
  voiced::Server server{io, options()};
  FakeProgram program;
  Commands commands{server, program};
  std::string ask(const std::string& request) {
    std::string answer;
    commands.answer(request, [&](std::string line) { answer = std::move(line); });
    return answer;
  }
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("what is no request is answered with what would be one", "[commands]") {
  struct Row {
    const char* request;
    const char* error;
  };
  const auto row = GENERATE(
      values<Row>({{"", "the request is empty"},
                   {"dance", R"(\"dance\" is no request; there are status, list, stats, mute)"},
                   {"list all", "say: list"},
                   {"mute", "say: mute WHO [microphone] [loudspeaker] [here]"},
                   {"mute Anna", R"(nobody here is called \"Anna\")"},
                   {"gain 3", "say: gain WHO DB"},
                   {"kick", "say: kick WHO [REASON]"},
                   {"kick 0", R"(nobody here is called \"0\")"},
                   {"ban Eve for", "for how long?"},
                   {"ban Eve for ever", R"(\"ever\" is no time)"},
                   {"ban \"\"", "nobody can be called so"},
                   {"unban Eve", R"(\"Eve\" is not banned)"},
                   {"drain on", "say: drain, or drain off"},
                   {"log-level loud", "is none of trace, debug"},
                   {"kick \"Anna", "a quote is left open"}}));
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
  CHECK(desk.ask("list") == R"({"ok":true,"participants":[]})");
  CHECK(contains(desk.ask("stats"), R"("closes":{"left":0,)"));
  CHECK(desk.ask("config") ==
        R"({"ok":true,"settings":[{"name":"port","value":"7000","origin":"default"},)"
        R"({"name":"log-level","value":"\"info\"","origin":"file"}]})");
}

TEST_CASE("bans are shown in one form, kept, and lifted in any", "[commands]") {
  Desk desk;

  CHECK(desk.ask("ban 2001:db8::5 too loud") ==
        R"({"ok":true,"banned":"2001:db8::/64","sent_away":0,"kept":true})");
  CHECK(desk.ask("ban \"Eve Adams\" for 10m") ==
        R"({"ok":true,"banned":"Eve Adams","sent_away":0,"kept":true})");
  const std::string bans = desk.ask("bans");
  CHECK(contains(bans, R"({"who":"2001:db8::/64","kind":"address","until":null,)"
                       R"("reason":"too loud"})"));
  CHECK(contains(bans, R"({"who":"Eve Adams","kind":"name","until":1)"));
  CHECK(desk.ask("unban 2001:db8::77") == R"({"ok":true,"unbanned":"2001:db8::/64","kept":true})");
  CHECK(desk.ask("unban \"Eve Adams\"") == R"({"ok":true,"unbanned":"Eve Adams","kept":true})");
  CHECK(desk.ask("bans") == R"({"ok":true,"bans":[]})");
  CHECK(desk.program.kept == 4);
}

TEST_CASE("a reload answers with what changed, or why not", "[commands]") {
  Desk desk;

  CHECK(desk.ask("reload") ==
        R"({"ok":true,"changed":[{"name":"jitter-depth","from":"6","to":"8"}],)"
        R"("pending":[{"name":"port","from":"7000","to":"7001"}]})");
  CHECK(desk.ask("reload") == R"({"ok":false,"error":"f.conf:3: port: `x` is no number"})");
}

TEST_CASE("draining is a state that can be left", "[commands]") {
  Desk desk;

  CHECK(desk.ask("drain") == R"({"ok":true,"draining":true})");
  CHECK(contains(desk.ask("status"), R"("state":"draining")"));
  CHECK(desk.ask("drain off") == R"({"ok":true,"draining":false})");
  CHECK(contains(desk.ask("status"), R"("state":"running")"));
  CHECK(desk.ask("log-level debug") == R"({"ok":true,"log_level":"debug"})");
}
