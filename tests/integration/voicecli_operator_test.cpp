// How voicecli reacts to what the operator does to it.
#include "tests/integration/operator.hpp"
#include "tests/integration/voicecli_program.hpp"

using namespace voice::test;

namespace {

const Strings anna{"--name", "Anna", "--input", "tone:440", "--output", "null"};

}  // namespace

TEST_CASE("voicecli shows that it has been muted", "[integration][control]") {
  Operated server;
  Voicecli client(server.voiced.port(), anna);
  REQUIRE(client.connects());

  CHECK(contains(server.ask("mute Anna"), R"("ok":true)"));

  CHECK(client.process().prints(R"("event":"muted_by_server")"));
  CHECK(client.process().prints(R"("microphone_muted_by_server":true)"));
  CHECK(contains(server.ask("unmute Anna"), R"("ok":true)"));
  CHECK(client.goes_on());
  CHECK(client.process().prints(R"("microphone_muted_by_server":false)",
                                client.process().out().rfind("muted_by_server")));
  CHECK(client.quit() == 0);
}

TEST_CASE("voicecli exits when it is kicked or banned, and says why", "[integration][control]") {
  const auto* const request = GENERATE("kick Anna too loud", "ban Anna too loud");
  CAPTURE(request);
  Operated server;
  Voicecli client(server.voiced.port(), anna);
  REQUIRE(client.connects());

  CHECK(contains(server.ask(request), R"("ok":true)"));

  CHECK(client.process().wait() == 4);
  CHECK(contains(client.told(), R"("reason":"too loud")"));
  CHECK_FALSE(contains(client.told(), "retry_in_ms"));
}

TEST_CASE("voicecli does not try again where it is banned", "[integration][control]") {
  Operated server;
  CHECK(contains(server.ask("ban 127.0.0.1 for 1h not you"), R"("ok":true)"));

  Voicecli client(server.voiced.port(), anna);

  CHECK(client.process().wait() == 4);
  CHECK(contains(client.told(), R"("event":"refused")"));
  CHECK(contains(client.told(), "not you"));
}

TEST_CASE("a conference admits clients that have its password, which can change during calls",
          "[integration][password]") {
  const ScratchDirectory scratch;
  const std::string right = scratch.write("right", "open sesame\n");
  const std::string wrong = scratch.write("wrong", "let me in\n");
  const auto with = [](Strings flags, const std::string& file) {
    flags.insert(flags.end(), {"--password-file", file});
    return flags;
  };
  Voiced voiced({"--password-file", right});

  Voicecli member(voiced.port(), with(anna, right));
  CHECK(member.connects());
  for (const Strings& flags : {with(anna, wrong), anna}) {
    Voicecli stranger(voiced.port(), flags);
    CHECK(stranger.process().wait() == 4);
    CHECK(contains(stranger.told(), R"("reason":"the password is wrong or missing")"));
  }
  CHECK(voiced.says("reason=bad_password"));

  REQUIRE(scratch.write("right", "") == right);
  CHECK(voiced.reload(
      "", "reload refused error=\"--password-file: " + right + ": its first line is empty"));
  REQUIRE(scratch.write("right", "another\n") == right);
  CHECK(voiced.reload("", "configuration reloaded"));
  Voicecli late(voiced.port(), with(anna, right));
  CHECK(late.connects());
  CHECK(member.goes_on());
  CHECK_FALSE(contains(voiced.log(), "sesame"));
}

TEST_CASE("a password that cannot be read is a mistake for both programs",
          "[integration][password]") {
  const ScratchDirectory scratch;
  const std::string nowhere = scratch.file("nowhere");
  Process server({VOICED_PROGRAM, "--config", scratch.write("voiced.conf", ""), "--check-config",
                  "--password-file", nowhere},
                 scratch.file("voiced"));
  Voicecli client(1, {"--password-file", nowhere});

  CHECK(server.wait() == 2);
  CHECK(contains(server.err(), "--password-file: " + nowhere + ": cannot be read"));
  CHECK(client.process().wait() == 2);
  CHECK(contains(client.told(), "--password-file: " + nowhere + ": cannot be read"));
}

TEST_CASE("the service manager's credential is the password unless a file is named",
          "[integration][password]") {
  const ScratchDirectory scratch;
  const std::string file = scratch.write("password", "open sesame\n");
  const std::string folder = file.substr(0, file.rfind('/'));
  Voiced voiced({}, 0, {"", {"CREDENTIALS_DIRECTORY=" + folder}});

  Voicecli stranger(voiced.port(), anna);

  CHECK(stranger.process().wait() == 4);
}

TEST_CASE("a credential that cannot be read is a mistake and does not open the conference",
          "[integration][password]") {
  const ScratchDirectory scratch;
  // A path below a file cannot exist, and opening it is an error.
  const std::string file = scratch.write("no_folder", "");
  Process server({VOICED_PROGRAM, "--config", scratch.write("voiced.conf", ""), "--check-config"},
                 scratch.file("voiced"), {"CREDENTIALS_DIRECTORY=" + file + "/x"});

  CHECK(server.wait() == 2);
  CHECK(contains(server.err(), "credential: " + file + "/x/password: cannot be read"));
}
