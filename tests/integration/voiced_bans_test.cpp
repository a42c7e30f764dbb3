// Which peers a ban affects, and what becomes of it on disk.
#include "tests/integration/operator.hpp"

#include <filesystem>
#include <fstream>
#include <list>

using namespace voice::test;

namespace {

TcpPeer named(Voiced& voiced, const std::string& name, TcpPeer::Options options = {}) {
  TcpPeer peer = join(voiced, options);
  REQUIRE(peer.send(message("Hello\nName:" + name)));
  REQUIRE(contains(next_text(peer), "Welcome"));
  return peer;
}

struct Refusal {
  std::optional<int> exit_code;
  std::string err;
};

Refusal start(const ScratchDirectory& scratch, const std::string& state) {
  const Strings command =
      voiced_command(scratch, {"--port", "0", "--listen", "127.0.0.1", "--control-socket", "off",
                               "--state-directory", state});
  Process process(command, scratch.file("second"));
  const auto exit_code = process.wait();
  return {exit_code, process.err()};
}

}  // namespace

TEST_CASE("an id is banned by the address of its participant, and the answer says so",
          "[integration][control]") {
  Operated server;
  TcpPeer anna = named(server.voiced, "Anna", {.from = 7});
  TcpPeer bystander = named(server.voiced, "1", {.from = 8});

  CHECK(contains(server.ask("ban 1"),
                 R"("banned":"127.0.0.7","kind":"address","id":1,"name":"Anna","sent_away":1)"));
  CHECK(contains(next_text(anna), "Bye\nCode:banned"));
  TcpPeer again(server.voiced.port(), {.from = 7});
  CHECK(contains(next_text(again), "Refused\nCode:banned"));
  CHECK(contains(server.ask("status"), R"("participants":1,)"));
}

TEST_CASE("a range bans all addresses in it, present and future", "[integration][control]") {
  Operated server;
  TcpPeer inside = join(server.voiced, {.from = 7});
  TcpPeer outside = join(server.voiced, {.from = 8});

  CHECK(contains(server.ask("ban 127.0.0.6/31"),
                 R"("banned":"127.0.0.6/31","kind":"range","sent_away":1)"));
  CHECK(inside.wait_for_end() == End::clean);
  TcpPeer later(server.voiced.port(), {.from = 6});
  CHECK(contains(next_text(later), "Refused\nCode:banned"));
  CHECK(contains(server.ask("status"), R"("participants":1,)"));
  CHECK(contains(server.ask("unban 127.0.0.6/31"), R"("ok":true)"));
  TcpPeer welcome = join(server.voiced, {.from = 6});
}

TEST_CASE("a name that two participants share kicks neither of them", "[integration][control]") {
  Operated server;
  TcpPeer first = named(server.voiced, "Anna");
  TcpPeer second = named(server.voiced, "An\u200bna\u00a0");
  TcpPeer lookalike = named(server.voiced, "\u0410nna");

  CHECK(contains(server.ask("kick Anna"),
                 R"(2 participants are called \"Anna\"; use a number: 1, 2)"));
  CHECK(contains(server.ask("status"), R"("participants":3,)"));
  CHECK(contains(server.ask("kick 2"), R"("id":2,"name":"Anna")"));
}

TEST_CASE("a ban that is not saved is in force, and the answer says so", "[integration][control]") {
  Operated server;
  TcpPeer classic = join(server.voiced, {.from = 7});

  const std::string answer = server.ask("ban 127.0.0.7");

  CHECK(contains(answer, R"("sent_away":1,"kept":false,"keep_error":"no state-directory is set)"));
  CHECK(classic.wait_for_end() == End::clean);
}

TEST_CASE("a ban is not kept while its directory is away, and is when it is back",
          "[integration][control]") {
  const ScratchDirectory scratch;
  const std::string state = scratch.file("state"), away = scratch.file("away");
  std::filesystem::create_directory(state);
  {
    Operated server({"--state-directory", state});
    std::filesystem::rename(state, away);
    CHECK(contains(server.ask("ban 192.0.2.7"), R"("kept":false,"keep_error":")"));
    std::filesystem::rename(away, state);
    CHECK(server.voiced.says("bans are being saved again"));
    CHECK(contains(content_of(state + "/bans"), "192.0.2.7"));
  }
  Operated again({"--state-directory", state});
  CHECK(contains(again.ask("bans"), R"("who":"192.0.2.7")"));
}

TEST_CASE("a ban list that cannot be relied upon refuses the start and stays as it is",
          "[integration]") {
  const ScratchDirectory scratch;
  const std::string state = scratch.file("state");
  std::filesystem::create_directory(state);
  const auto* const text = GENERATE("", "rubbish\n");
  std::ofstream(state + "/bans") << text;

  const Refusal refusal = start(scratch, state);

  CHECK(refusal.exit_code == 2);
  CHECK(contains(refusal.err, "state-directory: " + state + "/bans "));
  CHECK(contains(refusal.err, "repair it, or move it away"));
  CHECK(content_of(state + "/bans") == text);
}

TEST_CASE("a second voiced with the same state directory does not start for now", "[integration]") {
  const ScratchDirectory scratch;
  const std::string state = scratch.file("state");
  std::filesystem::create_directory(state);
  Operated first({"--state-directory", state});

  const Refusal refusal = start(scratch, state);

  // The first may be about to end, so a service manager should try again.
  CHECK(refusal.exit_code == 1);
  CHECK(contains(refusal.err, state + " is in use by another voiced (process "));
  first.voiced.process().signal(SIGKILL);
  REQUIRE(first.voiced.process().wait());
  // What a killed process leaves behind is in nobody's way.
  Operated second({"--state-directory", state});
  CHECK(contains(second.ask("status"), R"("ok":true)"));
}

TEST_CASE("a list with a foreign line is in force, and is set aside before it is overwritten",
          "[integration][control]") {
  const ScratchDirectory scratch;
  const std::string state = scratch.file("state");
  std::filesystem::create_directory(state);
  const std::string before = "192.0.2.9\n# a line of mine\naddress\t192.0.2.8\t-\t\n";
  std::ofstream(state + "/bans") << before;
  Operated server({"--state-directory", state});

  CHECK(contains(server.ask("bans"), R"("who":"192.0.2.8")"));
  CHECK(contains(server.ask("bans"), R"("who":"192.0.2.9")"));
  CHECK(contains(server.ask("ban 192.0.2.7"), R"("kept":true)"));
  CHECK(content_of(state + "/bans.set-aside-1") == before);
  CHECK(server.voiced.says("bans set aside as="));
}

TEST_CASE("requests sent without waiting do not keep others from their answers",
          "[integration][control]") {
  Operated server;
  std::string many;
  for (int i = 0; i < 400; ++i) many += "config\n";
  std::list<Operator> flood;
  for (int i = 0; i < 8; ++i) {
    flood.emplace_back(server.socket());
    CHECK(contains(flood.back().ask(many), R"("settings")"));
  }

  for (int i = 0; i < 3; ++i) CHECK(contains(server.ask("stats"), R"("ok":true)"));
}
