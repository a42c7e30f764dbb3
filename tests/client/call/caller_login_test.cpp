// How a client proves its password, and when it disconnects rather than send one.
#include "tests/client/call/caller_fixture.hpp"

using namespace voicecli;
using namespace voicecli::test;

namespace {

CallerOptions with(const std::string& user, const std::string& password, bool may_send = false) {
  CallerOptions run = caller_options();
  run.can_prove = true;
  run.call.user = user;
  run.call.password = password;
  run.call.may_send_plainly = may_send;
  return run;
}

Stream challenging() {
  return message("SamplesPerSecond:8000:voice/1:challenge/1");
}
Stream challenge() {
  return text("Challenge\nNonce:theirs\nSalt:salt\nMemory:19456\nPasses:2");
}

std::string written(const Shell& shell) {
  return {shell.written.begin(), shell.written.end()};
}
bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a password is proved where the server asks for that, and never sent", "[login]") {
  Shell shell(with("anna", "open sesame", true));
  shell.answer_to_challenge = {"", "my proof", "its proof"};
  shell.accept();
  shell.receive(challenging());
  CHECK(contains(written(shell), "User:anna\nNonce:"));

  shell.receive(challenge());
  REQUIRE(shell.challenges.size() == 1);
  CHECK(shell.challenges[0].password == "open sesame");
  CHECK(shell.challenges[0].server_nonce == "theirs");
  CHECK(shell.challenges[0].cost.memory_kib == 19456);
  CHECK(contains(written(shell), "Proof\nProof:my proof"));

  shell.receive(text("Welcome\nId:7\nName:A\nAgent:v\nUser:anna\nRole:speaker\nProof:its proof"));
  const auto connected = shell.one<event::Connected>();
  CHECK(connected.user == "anna");
  CHECK(connected.role == "speaker");
  CHECK_FALSE(contains(written(shell), "sesame"));
}

TEST_CASE("a server that does not know the password is not trusted", "[login]") {
  const auto* const welcome = GENERATE("Welcome\nId:7\nName:A\nAgent:v\nUser:anna",
                                       "Welcome\nId:7\nName:A\nAgent:v\nProof:another");
  const bool has_asked = GENERATE(true, false);
  Shell shell(with("anna", "open sesame"));
  shell.answer_to_challenge = {"", "my proof", "its proof"};
  shell.accept();
  shell.receive(challenging());
  if (has_asked) shell.receive(challenge());
  shell.receive(text(welcome));
  CHECK(shell.finished);
  CHECK(shell.outcome() == Outcome::untrusted);
  CHECK(shell.take<event::Connected>().empty());
}

TEST_CASE("a password that would be sent in the clear is withheld", "[login]") {
  SECTION("of an account: the client leaves before it has said anything") {
    Shell shell(with("anna", "open sesame"));
    shell.accept();
    shell.receive(voice1_announce());
    CHECK(shell.finished);
    CHECK(shell.outcome() == Outcome::unwanted);
    CHECK(shell.written.empty());
    CHECK(contains(shell.one<event::CannotConnect>().reason, "--tls"));
  }
  SECTION("of the conference: the server may need none") {
    Shell shell(with("", "open sesame"));
    shell.join();
    CHECK_FALSE(contains(written(shell), "sesame"));
  }
  SECTION("of the conference, and the server needs it") {
    Shell shell(with("", "open sesame"));
    shell.accept();
    shell.receive(voice1_announce());
    shell.receive(text("Bye\nCode:password\nReason:the password is wrong or missing"));
    CHECK(contains(shell.one<event::CannotConnect>().reason, "--allow-plaintext-secrets"));
    CHECK_FALSE(contains(written(shell), "sesame"));
  }
  SECTION("unless the user allows it") {
    Shell shell(with("anna", "open sesame", true));
    shell.accept();
    shell.receive(voice1_announce());
    CHECK(contains(written(shell), "Password:open sesame"));
    CHECK(contains(written(shell), "User:anna"));
  }
}

TEST_CASE("an invitation is sent only where it may be", "[login]") {
  const bool may_send = GENERATE(false, true);
  CallerOptions run = with("", "", may_send);
  run.call.token = "vi1.x.y";
  Shell shell(run);
  shell.accept();
  shell.receive(challenging());
  CHECK(contains(written(shell), "Token:vi1.x.y") == may_send);
  CHECK(shell.finished != may_send);
}

TEST_CASE("without encryption, a proof that makes guessing cheap is not given", "[login]") {
  struct Row {
    const char* cost;
    bool may_send;
    bool is_refused;
  };
  const auto row = GENERATE(values<Row>({{"Memory:19456\nPasses:2", false, false},
                                         {"Memory:65536\nPasses:3", false, false},
                                         {"Memory:19455\nPasses:2", false, true},
                                         {"Memory:65536\nPasses:1", false, true},
                                         {"Passes:2", false, true},
                                         {"Memory:8192\nPasses:1", true, false}}));
  INFO(row.cost);
  CallerOptions run = with("anna", "open sesame", row.may_send);
  run.call.proof_cost_min = {.memory_kib = 19456, .passes = 2};
  Shell shell(run);
  shell.answer_to_challenge = {"", "my proof", "its proof"};
  shell.accept();
  shell.receive(challenging());
  shell.receive(text(std::string("Challenge\nNonce:theirs\nSalt:salt\n") + row.cost));
  CHECK(shell.challenges.size() == (row.is_refused ? 0 : 1));
  CHECK(contains(written(shell), "my proof") != row.is_refused);
  CHECK(shell.finished == row.is_refused);
  if (!row.is_refused) return;
  CHECK(shell.outcome() == Outcome::untrusted);
  CHECK(contains(shell.one<event::CannotConnect>().reason, "an impostor could guess"));
}

TEST_CASE("a challenge that cannot be answered ends the call, an unrequested one is ignored",
          "[login]") {
  SECTION("there is no answer") {
    Shell shell(with("anna", "x"));
    shell.accept();
    shell.receive(challenging());
    shell.receive(challenge());
    CHECK(shell.finished);
    CHECK(contains(shell.one<event::CannotConnect>().reason, "19456 KiB"));
  }
  SECTION("nobody has asked for it") {
    Shell shell;
    shell.join();
    shell.receive(challenge());
    CHECK(shell.challenges.empty());
    CHECK_FALSE(shell.finished);
  }
  SECTION("it comes twice") {
    Shell shell(with("anna", "x"));
    shell.answer_to_challenge = {"", "my proof", "its proof"};
    shell.accept();
    shell.receive(challenging());
    shell.receive(challenge());
    shell.receive(challenge());
    CHECK(shell.challenges.size() == 1);
  }
}

TEST_CASE("each connection has a nonce of its own", "[login]") {
  Shell shell(with("anna", "x"));
  shell.accept();
  shell.receive(challenging());
  const std::string first = written(shell);
  shell.end_link();
  shell.wait(std::chrono::minutes{1});
  REQUIRE(shell.dialing);
  shell.accept();
  shell.receive(challenging());
  CHECK(first.substr(first.find("Nonce:")) != written(shell).substr(written(shell).find("Nonce:")));
}
