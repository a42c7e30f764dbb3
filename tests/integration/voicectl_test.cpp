// voicectl against a control socket of the test's own: what it sends, what it prints, and its exit
// codes.
#include "tests/integration/voicectl_program.hpp"
#include "tests/support/fake_control.hpp"

#include <sys/stat.h>

#include <chrono>
#include <filesystem>

using namespace voice::test;
using Strings = std::vector<std::string>;

namespace {

const std::string people =
    R"({"ok":true,"participants":[{"id":1,"name":"Anna","address":"127.0.0.1:5",)"
    R"("dialect":"voice/1","connected_s":5,"talking":true,"level_dbfs":-18,"muted":[],)"
    R"("gain_db":0,"jitter_fill_packets":3,"jitter_depth_packets":6,"delay_ms":60,)"
    R"("lost":0,"queue_age_ms":0}]})";
const std::string state =
    R"({"ok":true,"version":"9.9","state":"running","uptime_s":5,"participants":1})";

FakeControl::Answer always(const std::string& text) {
  return [text](const std::string&) { return text; };
}

std::string room(const std::string& line) {
  return (line == "list" ? people : state) + '\n';
}

}  // namespace

TEST_CASE("voicectl sends one request and prints the answer", "[integration][voicectl]") {
  const ScratchDirectory scratch;
  const std::string path = scratch.file("s");
  FakeControl control(path, always(R"({"ok":true,"id":3,"name":"Anna B","gain_db":-6.000})"
                                   "\n"));

  const Told told = voicectl({"--socket", path, "gain", "Anna B", "-6"});

  CHECK(told.exit_code == 0);
  CHECK(told.out == "Anna B (3): -6 dB\n");
  CHECK(told.err == "");
  CHECK(control.asked() == Strings{"gain \"Anna B\" -6"});
}

TEST_CASE("voicectl --json prints the answer unchanged, whatever the command",
          "[integration][voicectl]") {
  const ScratchDirectory scratch;
  const std::string path = scratch.file("s");
  const std::string answer = R"({"ok":true, "x" : 1.50,"name":"é"})";
  FakeControl control(path, always(answer + "\n"));

  for (const Strings& words :
       {Strings{"status"}, Strings{"list"}, Strings{"stats"}, Strings{"mute", "1"},
        Strings{"unmute", "1"}, Strings{"gain", "1", "0"}, Strings{"kick", "1"},
        Strings{"ban", "x"}, Strings{"unban", "x"}, Strings{"bans"}, Strings{"drain"},
        Strings{"reload"}, Strings{"config"}, Strings{"log-level", "info"}}) {
    INFO(words[0]);
    Strings all = words;
    all.emplace_back("--json");
    const Told told = voicectl(all, {"VOICECTL_SOCKET=" + path});
    CHECK(told.exit_code == 0);
    CHECK(told.out == answer + "\n");
    CHECK(told.err == "");
  }
}

TEST_CASE("what voiced refuses is reported on stderr, and exit 1", "[integration][voicectl]") {
  const ScratchDirectory scratch;
  const std::string path = scratch.file("s");
  const std::string answer = R"({"ok":false,"error":"no participant is called \"Anan\""})";
  FakeControl control(path, always(answer + "\n"));

  const Told told = voicectl({"--socket", path, "kick", "Anan"});
  const Told json = voicectl({"--socket", path, "kick", "Anan", "--json"});

  CHECK(told.exit_code == 1);
  CHECK(told.out == "");
  CHECK(told.err == "voicectl: no participant is called \"Anan\"\n");
  CHECK(json.exit_code == 1);
  CHECK(json.out == answer + "\n");
}

TEST_CASE("wrong usage of voicectl is exit 2, and nothing is sent", "[integration][voicectl]") {
  const ScratchDirectory scratch;
  const std::string path = scratch.file("s");
  FakeControl control(path, always(state + "\n"));

  for (const Strings& words :
       {Strings{}, Strings{"nonsense"}, Strings{"mute"}, Strings{"gain", "1", "loud"},
        Strings{"kick", "a\nb"}, Strings{"--instance", "a/b", "list"}, Strings{"watch"},
        Strings{"ban", "192.0.2.7", "--for", ""}, Strings{"user", "list", "--json"},
        Strings{"user", "passwd", "anna", "--role", "operator"},
        Strings{"invite", "--revoke", "id", "--for", "2h"}}) {
    const Told told = voicectl(words, {"VOICECTL_SOCKET=" + path});
    INFO(told.err);
    CHECK(told.exit_code == 2);
    CHECK(told.err.rfind("voicectl: ", 0) == 0);
    CHECK(told.err.find('\n') == told.err.size() - 1);
  }
  CHECK(control.asked().empty());
}

TEST_CASE("without voiced, voicectl says where it looked, why not, and what to do",
          "[integration][voicectl]") {
  const ScratchDirectory scratch;
  const std::string path = scratch.file("s");
  const std::string remedy =
      "; start voiced, or name its socket with --socket PATH or --instance NAME\n";

  const Told missing = voicectl({"--socket", path, "list"});
  CHECK(missing.exit_code == 3);
  CHECK(missing.err == "voicectl: cannot connect to " + path + ": it does not exist" + remedy);

  const Told accounts = voicectl({"--socket", path, "user", "list"});
  CHECK(accounts.exit_code == 3);
  CHECK(accounts.err == "voicectl: no users file: cannot connect to " + path +
                            ": it does not exist; start voiced, or name its socket with --socket "
                            "PATH or --instance NAME; or use --users-file FILE\n");

  { const FakeControl gone(path, always("")); }
  const Told silent = voicectl({"--socket", path, "list"});
  CHECK(silent.exit_code == 3);
  CHECK(silent.err == "voicectl: cannot connect to " + path + ": no server listens there" + remedy);

  const Told nowhere = voicectl({"list"}, {"XDG_RUNTIME_DIR=" + scratch.file("run")});
  CHECK(nowhere.exit_code == 3);
  CHECK(nowhere.err.find(scratch.file("run/voiced/control.sock") + ": it does not exist; "
                                                                   "/run/voiced/control.sock: ") !=
        std::string::npos);

  const Told too_long = voicectl({"--socket", "/" + std::string(200, 'x'), "list"});
  CHECK(too_long.exit_code == 3);
  CHECK(too_long.err.find("the path is too long for a socket; use at most 107 bytes") !=
        std::string::npos);

  const Told file = voicectl({"--socket", scratch.write("file", "hello\n"), "list"});
  CHECK(file.exit_code == 3);
  CHECK(file.err.find("is neither a socket nor a file with a port and a token") !=
        std::string::npos);
}

TEST_CASE("a socket that voicectl may not open is reported as such", "[integration][voicectl]") {
  const ScratchDirectory scratch;
  const std::string path = scratch.file("s");
  FakeControl control(path, room);
  ::chmod(path.c_str(), 0);
  // Everything is open to root: then it runs as the user nobody, which may not be able to reach the
  // build either.
  const std::string copy = scratch.file("voicectl");
  std::filesystem::copy_file(VOICECTL_PROGRAM, copy);
  Strings command{copy, "--socket", path, "list"};
  if (::geteuid() == 0) {
    command.insert(command.begin(), {"/usr/bin/setpriv", "--reuid=65534", "--clear-groups"});
  }

  Process process(command, scratch.file("output"));

  CHECK(process.wait() == 3);
  CHECK(process.err() ==
        "voicectl: cannot connect to " + path +
            ": permission denied; run this as root or as a member of the group in its "
            "`control-group`\n");
}

TEST_CASE("a missing or invalid answer is exit 3", "[integration][voicectl]") {
  const ScratchDirectory scratch;
  const std::string path = scratch.file("s");
  struct Row {
    std::string answer, before_path, behind_path;
  };
  const auto row = GENERATE(values<Row>(
      {{"", "voiced at ",
        " closed the connection without an answer: it has stopped, or already has 16 connections; "
        "see its log, and try again"},
       {"hello\n", "unexpected reply (not JSON): is this voiced's control socket?", ""},
       {"{\"ok\":true", "voiced at ",
        " did not answer within 5 s; it may be suspended or busy; check the process and its log"},
       {std::string(17 * 1024 * 1024, 'x'), "voiced at ",
        " sent an answer of more than 16 MiB; does this socket belong to voiced?"}}));
  FakeControl control(path, always(row.answer));
  INFO(row.before_path << row.behind_path);

  const Told told = voicectl({"--socket", path, "list"});

  CHECK(told.exit_code == 3);
  CHECK(told.out == "");
  const std::string place = row.behind_path.empty() ? "" : path;
  CHECK(told.err == "voicectl: " + row.before_path + place + row.behind_path + "\n");
}

TEST_CASE("a file with port and token is as good as a socket", "[integration][voicectl]") {
  const ScratchDirectory scratch;
  FakeControl control("", [](const std::string& line) {
    // The token has no answer of its own, so this blank precedes the answer to the next line.
    return line.rfind("token ", 0) == 0 ? std::string{" "} : state + "\n";
  });
  const std::string path = scratch.write("file", std::to_string(control.port()) + " 0123abcd\n");

  const Told told = voicectl({"--socket", path, "status"});

  CHECK(told.exit_code == 0);
  CHECK(told.out.rfind("version       9.9\n", 0) == 0);
  CHECK(control.asked() == Strings{"token 0123abcd", "status"});
}

TEST_CASE("completion never reports errors and never takes long", "[integration][voicectl]") {
  const ScratchDirectory scratch;
  const std::string path = scratch.file("s");
  const auto start = std::chrono::steady_clock::now();

  const Told nobody = voicectl({"--socket", path, "complete"});
  CHECK(nobody.exit_code == 0);
  CHECK(nobody.out + nobody.err == "");
  {
    FakeControl silent(path, always("{"));
    const Told told = voicectl({"--socket", path, "complete", "An"});
    CHECK(told.exit_code == 0);
    CHECK(told.out + told.err == "");
  }
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds{10});

  FakeControl control(path, room);
  CHECK(voicectl({"--socket", path, "complete", "An"}).out == "Anna\n");
  CHECK(voicectl({"--socket", path, "complete", "--bans"}).out == "");
  CHECK(control.asked() == Strings{"list", "bans"});
}
