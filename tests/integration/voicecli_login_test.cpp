// Accounts and invitations with the real programs, and what an observer on the wire sees of them.
#include "tests/integration/operator.hpp"
#include "tests/integration/voicecli_program.hpp"
#include "tests/integration/voicectl_program.hpp"
#include "tests/integration/wiretap.hpp"

#include <filesystem>
#include <fstream>

using namespace voice::test;

namespace {

const Strings base{"--input", "null", "--output", "null", "--duration", "20"};

Strings with(Strings more) {
  more.insert(more.begin(), base.begin(), base.end());
  return more;
}

/// A voiced with one account, a conference password, and a place for its state.
struct Trial {
  explicit Trial(Strings flags = {}) : server(prepare(std::move(flags))) {}

  Strings prepare(Strings flags) const {
    const Told made = voicectl({"--socket", scratch.file("none"), "user", "add", "anna", "--role",
                                "operator", "--users-file", users, "--password-file", right});
    REQUIRE(made.exit_code == 0);
    flags.insert(flags.end(), {"--users-file", users, "--state-directory", state()});
    return flags;
  }
  [[nodiscard]] std::string state() const {
    std::filesystem::create_directories(scratch.file("state"));
    return scratch.file("state");
  }
  /// The token of an invitation.
  [[nodiscard]] std::string invite(Strings words) const {
    words.insert(words.begin(), {"--socket", server.socket(), "invite"});
    std::string token = voicectl(words).out;
    REQUIRE(token.ends_with('\n'));
    token.pop_back();
    return token;
  }
  [[nodiscard]] bool enters(const Strings& flags) const {
    Voicecli client(server.voiced.port(), with(flags));
    const bool is_in = client.connects();
    return is_in && client.quit() == 0;
  }
  /// Why a client with these flags is not let in.
  [[nodiscard]] std::string fault_of(const Strings& flags) const {
    Voicecli client(server.voiced.port(), with(flags));
    CHECK(client.process().wait() == 4);
    return client.told();
  }

  ScratchDirectory scratch;
  std::string users = scratch.file("users");
  std::string right = scratch.write("right", "correct horse battery\n");
  std::string wrong = scratch.write("wrong", "wrong horse battery\n");
  Operated server;
};

}  // namespace

TEST_CASE("an account logs in with its password, and nobody else does", "[integration][login]") {
  const Trial trial;
  CHECK(trial.enters({"--user", "anna", "--password-file", trial.right}));
  const std::string wrong = trial.fault_of({"--user", "anna", "--password-file", trial.wrong});
  const std::string nobody = trial.fault_of({"--user", "eve", "--password-file", trial.right});
  CHECK(contains(wrong, R"("reason":"the password is wrong or missing")"));
  CHECK(contains(nobody, R"("reason":"the password is wrong or missing")"));
}

TEST_CASE("a stranger does not see an account being added, changed or removed",
          "[integration][login]") {
  Trial trial;
  const auto challenge_of = [&](const std::string& name) {
    TcpPeer peer = join(trial.server.voiced);
    REQUIRE(peer.send(message("Hello\nName:Eve\nUser:" + name + "\nNonce:ours")));
    std::string text = text_of(peer.next().value());
    REQUIRE(contains(text, "Challenge\n"));
    const auto at = text.find("Nonce:");
    return text.erase(at, text.find('\n', at) - at);  // another one each time
  };
  const auto change = [&](Strings words) {
    words.insert(words.begin(), {"--socket", trial.server.socket(), "user"});
    words.insert(words.end(), {"--users-file", trial.users});
    const Told told = voicectl(words);
    INFO(told.err);
    CHECK(told.exit_code == 0);
    CHECK(told.err.empty());
  };
  const std::string before = challenge_of("boris");
  REQUIRE(contains(before, "Salt:"));
  change({"add", "boris", "--password-file", trial.wrong});
  CHECK(challenge_of("boris") == before);
  CHECK(trial.enters({"--user", "boris", "--password-file", trial.wrong}));
  change({"passwd", "boris", "--password-file", trial.right});
  CHECK(challenge_of("boris") == before);
  CHECK(trial.enters({"--user", "boris", "--password-file", trial.right}));
  change({"remove", "boris"});
  CHECK(challenge_of("boris") == before);
  CHECK(challenge_of("carl") != before);
}

TEST_CASE("an impostor without encryption gets no proof that is cheap to guess from",
          "[integration][login]") {
  TcpListener impostor;
  ScratchDirectory scratch;
  // Not a loopback address, so that this counts as another machine, though it is the same one.
  Voicecli client(impostor.port(),
                  with({"0.0.0.0:" + std::to_string(impostor.port()), "--no-reconnect", "--user",
                        "anna", "--password-file", scratch.write("p", "correct horse\n")}));
  TcpPeer peer = impostor.accept();
  REQUIRE(peer.send(message("SamplesPerSecond:8000:voice/1:challenge/1")));
  REQUIRE(contains(text_of(peer.next().value()), "User:anna"));
  REQUIRE(
      peer.send(message("Challenge\nNonce:theirs\nSalt:AAAAAAAAAAAAAAAAAAAAAA\n"
                        "Memory:8192\nPasses:1")));
  CHECK(client.process().wait() == 6);
  CHECK(contains(client.told(), "costs only 8192 KiB, 1 passes"));
  while (const auto last = peer.next()) CHECK_FALSE(contains(text_of(*last), "Proof"));
}

TEST_CASE("somebody who reads the wire finds no password", "[integration][login]") {
  const Trial trial;
  Wiretap tap(trial.server.voiced.port());
  {
    Voicecli client(tap.port(), with({"--user", "anna", "--password-file", trial.right}));
    CHECK(client.connects());
    CHECK(client.quit() == 0);
  }
  CHECK(contains(trial.server.voiced.log(), "logged in id=1"));
  const std::string heard = tap.heard();
  CHECK(contains(heard, "User:anna"));
  CHECK_FALSE(contains(heard, "horse"));
}

TEST_CASE("an invitation is good until it is revoked or used up", "[integration][login]") {
  Trial trial;
  const std::string token = trial.invite({"--for", "1h", "--name", "Guest", "--listen-only"});
  CHECK(trial.enters({"--token", token}));
  Voicecli guest(trial.server.voiced.port(), with({"--token", token}));
  REQUIRE(guest.connects());
  CHECK(contains(trial.server.ask("list"), R"("name":"Guest")"));
  CHECK(contains(trial.server.ask("list"), R"("role":"listener")"));
  CHECK(guest.process().prints(R"("event":"muted_by_server")"));

  const Strings list{"--socket", trial.server.socket(), "invite", "--list"};
  CHECK(contains(voicectl(list).out, "listen only, in use by "));
  CHECK(voicectl({"--socket", trial.server.socket(), "invite", "--revoke", token}).exit_code == 0);
  CHECK(contains(voicectl(list).out, "revoked"));
  CHECK(guest.process().wait() == 4);
  CHECK(contains(guest.told(), R"("reason":"the invitation has expired or was revoked")"));
  CHECK(contains(trial.fault_of({"--token", token}), "invalid, or no longer valid"));

  const std::string once = trial.invite({"--for", "1h", "--once"});
  CHECK(trial.enters({"--token", once}));
  CHECK(contains(trial.fault_of({"--token", once}), "invalid, or no longer valid"));
  std::string forged = once;
  forged.back() = forged.back() == 'A' ? 'E' : 'A';
  CHECK(contains(trial.fault_of({"--token", forged}), "invalid, or no longer valid"));
}

TEST_CASE("accounts change while voiced runs, and a broken file changes nothing",
          "[integration][login]") {
  const Trial trial({"--guests", "no"});
  const Told added = voicectl(
      {"--socket", trial.server.socket(), "user", "add", "bob", "--password-file", trial.wrong});
  CHECK(added.exit_code == 0);
  CHECK(trial.enters({"--user", "bob", "--password-file", trial.wrong}));
  CHECK(contains(trial.fault_of({}), "an account or an invitation is required"));

  { std::ofstream(trial.users, std::ios::app) << "eve:king:x\n"; }
  const Told reload = voicectl({"--socket", trial.server.socket(), "reload"});
  CHECK(reload.exit_code == 1);
  CHECK(contains(reload.err, trial.users + ":5: "));
  CHECK(trial.enters({"--user", "bob", "--password-file", trial.wrong}));
}

#ifdef __linux__
TEST_CASE(
    "an account that is removed no longer logs in, also when nobody reads that it was removed",
    "[integration][login]") {
  const Trial trial({"--guests", "no"});
  REQUIRE(trial.enters({"--user", "anna", "--password-file", trial.right}));
  const ScratchDirectory scratch;
  Process removal({"/bin/sh", "-c", "exec \"$@\" >/dev/full", "sh", VOICECTL_PROGRAM, "--socket",
                   trial.server.socket(), "user", "remove", "anna"},
                  scratch.file("voicectl"));

  CHECK(removal.wait() == 1);

  CHECK(removal.err() == "voicectl: cannot write to standard output: No space left on device\n");
  CHECK(contains(trial.fault_of({"--user", "anna", "--password-file", trial.right}),
                 R"("reason":"the password is wrong or missing")"));
}
#endif

TEST_CASE("an invitation for one connection is refused where its use could not be kept",
          "[integration][login]") {
  const ScratchDirectory scratch;
  const std::string key(43, 'A');
  (void)scratch.write("invitation-key", key + '\n');
  const std::string socket = scratch.file("s");
  const Voiced voiced({"--control-socket", socket}, 0,
                      {"", {"CREDENTIALS_DIRECTORY=" + scratch.file("")}});

  const Told once = voicectl({"--socket", socket, "invite", "--for", "1h", "--once"});
  const Told many = voicectl({"--socket", socket, "invite", "--for", "1h"});

  CHECK(once.exit_code == 1);
  CHECK(once.out.empty());
  CHECK(contains(once.err, "an invitation for one connection needs state-directory"));
  CHECK(many.exit_code == 0);
  CHECK(many.out.starts_with("vi1."));
}
