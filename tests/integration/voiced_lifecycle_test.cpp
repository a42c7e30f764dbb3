// voiced as an operator meets it: its command line, its configuration, its signals, its end.
#include "tests/integration/voiced_program.hpp"

#include <algorithm>
#include <filesystem>

using namespace voice::test;

namespace {

struct Result {
  std::optional<int> exit_code;
  std::string out, err;
};

Result run(const Strings& arguments, const Strings& environment = {}) {
  const ScratchDirectory scratch;
  Strings command{VOICED_PROGRAM};
  command.insert(command.end(), arguments.begin(), arguments.end());
  Process process(command, scratch.file("voiced"), environment);
  const auto exit_code = process.wait();
  return {exit_code, process.out(), process.err()};
}

bool is_one_line(const std::string& text) {
  return !text.empty() && text.find('\n') == text.size() - 1;
}

// Peers of both kinds in the middle of a call.
struct Call {
  explicit Call(Voiced& voiced)
      : classic(join(voiced)), modern(join(voiced)), listener(join(voiced)) {
    REQUIRE(modern.send(message("Hello\nName:Anna")));
    REQUIRE(next_text(modern).rfind("Welcome", 0) == 0);
    REQUIRE(classic.send(rtp_message(0, ByteVector(160, 0x55))));
  }

  // Audio flows to everybody, so that the end may come between two messages or in the middle of
  // one.
  void speak(int ticks) {
    in_real_time(ticks, [this](int) {
      (void)classic.send(rtp_message(0, ByteVector(160, 0x55)));
      (void)modern.send(rtp_message(sequence++, ByteVector(160, 0x66)));
    });
  }

  TcpPeer classic, modern, listener;
  std::uint16_t sequence = 0;
};

std::string last_text(TcpPeer& peer) {
  std::string last;
  for (std::string text = next_text(peer); !text.empty(); text = next_text(peer)) last = text;
  return last;
}

}  // namespace

TEST_CASE("a valid configuration is reported as valid", "[integration][config]") {
  const ScratchDirectory scratch;
  const std::string file = scratch.write("good.conf",
                                         "# all of it\nport = 7001\nsample-rate = 44100 # CD\n"
                                         "listen = [\"127.0.0.1\", \"::1\"]\nsilent = true\n"
                                         "log-level = \"debug\"\n");

  const Result result = run({"--config", file, "--check-config"});

  CHECK(result.exit_code == 0);
  CHECK(result.err.empty());
  CHECK(result.out.find(file) != std::string::npos);
}

TEST_CASE("a bad configuration is one line: file, line, key, reason, and exit 2",
          "[integration][config]") {
  struct Row {
    const char* text;
    const char* complaint;
  };
  const std::vector<Row> rows{
      {"port = 70000", ":1: port: 70000 is out of range; use 0…65535"},
      {"\n\nport = seven", ":3: port: `seven` is not a whole number; use 0…65535"},
      {"port = -1", ":1: port: -1 is out of range; use 0…65535"},
      {"sample-rate = 4999", ":1: sample-rate: 4999 is out of range; use 5000…48000"},
      {"sample-rate = 8000.5", ":1: sample-rate: `8000.5` is not a whole number; use 5000…48000"},
      {"jitter-depth = 1", ":1: jitter-depth: 1 is out of range; use 0, 2…1000"},
      {"participants-max = 0", ":1: participants-max: 0 is out of range; use 1…4096"},
      {"outbox-age-ms = 5", ":1: outbox-age-ms: 5 is out of range; use 20…10000"},
      {"stall-limit-s = 0", ":1: stall-limit-s: 0 is out of range; use 1…3600"},
      {"silent = perhaps", ":1: silent: `perhaps` is neither true nor false"},
      {"log-level = loud", ":1: log-level: `loud` is not one of trace, debug, info, warn, error"},
      {"prot = 7000", ":1: prot: unknown key"},
      {"port = 1\nport = 2", ":2: port: given twice; first on line 1"},
      {"[server]\nport = 1", ":1: sections are not supported"},
      {"just words", ":1: expected `key = value`"},
      {"\x7f"
       "ELF\x01\x02",
       ": not a text file"},
  };
  const ScratchDirectory scratch;
  for (const Row& row : rows) {
    INFO(row.text);
    const std::string file = scratch.write("bad.conf", row.text);
    // Also without --check-config: voiced never starts with a bad configuration.
    const bool check = &row - rows.data() < 3;
    const Result result =
        run(check ? Strings{"--config", file, "--check-config"} : Strings{"--config", file});

    CHECK(result.exit_code == 2);
    CHECK(is_one_line(result.err));
    INFO(result.err);
    CHECK(result.err.rfind("voiced: " + file + row.complaint, 0) == 0);
    CHECK(result.out.empty());
  }
}

TEST_CASE("a file that cannot be read, a bad flag and a bad variable are one line too",
          "[integration][config]") {
  const ScratchDirectory scratch;
  const std::string missing = scratch.file("missing.conf");
  for (const Result& result :
       {run({"--config", missing, "--check-config"}), run({"--port", "70000"}),
        run({"--prot", "1"}), run({"stray"}), run({"--check-config"}, {"VOICED_PORT=x"}),
        run({"--check-config"}, {"VOICED_CONFIG=" + missing}), run({"--config", missing}),
        run({"--config", scratch.file("")}), run({"--config", ""}),
        run({"--config", scratch.file(""), "--print-config"}),
        run({"--config", "/etc/voiced/voiced.conf/x"}), run({}, {"VOICED_CONFIG=" + missing})}) {
    INFO(result.err);
    CHECK(result.exit_code == 2);
    CHECK(is_one_line(result.err));
    CHECK(result.err.rfind("voiced: ", 0) == 0);
    CHECK(result.out.empty());
  }
}

TEST_CASE("a variable that names no setting is a warning with its name, and never its value",
          "[integration][config]") {
  const Strings slip{"VOICED_PROT=secret"};
  const std::string why =
      "does not name a setting and is ignored; `voiced --print-config` lists the settings";

  const ScratchDirectory scratch;
  const Result checked =
      run({"--config", scratch.write("good.conf", "port = 7001\n"), "--check-config"}, slip);
  CHECK(checked.exit_code == 0);
  CHECK(checked.err == "voiced: warning: environment VOICED_PROT: " + why + "\n");

  Voiced voiced({}, 0, {"", slip});
  CHECK(voiced.says("warning environment variable=\"VOICED_PROT\" " + why));
  CHECK(voiced.log().find("VOICED_CONTROL_SOCKET") == std::string::npos);
  CHECK(voiced.log().find("secret") == std::string::npos);
  CHECK(voiced.stop(SIGTERM) == 0);
}

TEST_CASE("the check refuses whatever the start refuses, in the same words",
          "[integration][config]") {
  const ScratchDirectory scratch;
  std::filesystem::create_symlink("nowhere", scratch.file("dangling"));
  const std::string dangling = scratch.file("dangling");
  const std::string folder = scratch.file("");
  for (const std::string line :
       {"listen = localhost", "listen = [\"127.0.0.1\", \"::1 \"]", "listen = 999.1.2.3",
        "listen = [\"127.0.0.1\", \"0.0.0.0\"]", "control-socket = /nowhere/x",
        "control-group = no-such-group", "state-directory = /nowhere",
        "metrics-address = localhost:9464", "silent = false\ninput-device = tone:99999",
        "password-file = /nowhere"}) {
    INFO(line);
    const std::string file = scratch.write("bad.conf", line + "\n");
    const Result checked = run({"--config", file, "--check-config"});
    const Result started = run({"--config", file});
    CHECK(checked.exit_code == 2);
    CHECK(started.exit_code == 2);
    CHECK(is_one_line(checked.err));
    CHECK(checked.err == started.err);
    CHECK(checked.err.rfind("voiced: " + file + ":", 0) == 0);
  }
  const std::string password = "--password-file=" + dangling;
  CHECK(run({"--config", dangling, "--check-config"}).exit_code == 2);
  CHECK(run({"--config", dangling}).exit_code == 2);
  CHECK(run({"--config", scratch.write("a.conf", ""), password}).exit_code == 2);
  CHECK(run({"--config", scratch.write("a.conf", ""), "--check-config", password}).exit_code == 2);
  CHECK(run({"--check-config", "--config", scratch.write("a.conf", "")},
            {"CREDENTIALS_DIRECTORY=" + folder + "nowhere"})
            .exit_code == 2);
}

TEST_CASE("a configuration and a password can be read from a pipe, and an empty pipe is a mistake",
          "[integration][config]") {
  const ScratchDirectory scratch;
  const auto shell = [&](const std::string& line) {
    Process process({"/bin/bash", "-c", line, "bash", VOICED_PROGRAM}, scratch.file("out"));
    return process.wait();
  };

  CHECK(shell("\"$1\" --check-config --config <(echo port = 7001)") == 0);
  CHECK(shell("\"$1\" --check-config --config <(echo prot = 7001)") == 2);
  CHECK(shell("\"$1\" --check-config --config <(false)") == 2);
  CHECK(shell("\"$1\" --check-config --config /dev/null --password-file <(echo x)") == 0);
  CHECK(shell("\"$1\" --check-config --config /dev/null --password-file <(false)") == 2);
}

TEST_CASE("print-config prints a configuration that means the same", "[integration][config]") {
  const ScratchDirectory scratch;
  const std::string file =
      scratch.write("a.conf", "listen = [\"::1\", \"127.0.0.1\"]\ninput-device = \"a # b\"\n");
  const Result first =
      run({"--config", file, "--port", "7002", "--print-config"}, {"VOICED_SAMPLE_RATE=11025"});
  REQUIRE(first.exit_code == 0);
  CHECK(first.out.find("sample-rate = 11025  # environment") != std::string::npos);
  CHECK(first.out.find("port = 7002  # flag") != std::string::npos);

  const std::string printed = scratch.write("b.conf", first.out);
  CHECK(run({"--config", printed, "--check-config"}).exit_code == 0);
  const Result second = run({"--config", printed, "--print-config"});

  const auto without_comments = [](const std::string& text) {
    std::string out;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
      out += line.substr(0, line.find("  # ")) + "\n";
    return out.substr(out.find('\n'));
  };
  CHECK(without_comments(second.out) == without_comments(first.out));
}

TEST_CASE("help and version are printed on stdout, with exit code 0", "[integration]") {
  const Result help = run({"--help"});
  CHECK(help.exit_code == 0);
  CHECK(help.err.empty());
  CHECK(help.out.find("--sample-rate") != std::string::npos);

  const Result version = run({"-V"});
  CHECK(version.exit_code == 0);
  CHECK(is_one_line(version.out));
  CHECK(version.out.rfind("voiced ", 0) == 0);
}

TEST_CASE("a port in use is reported in one line with the key and the remedy, as temporary: exit 1",
          "[integration]") {
  const TcpListener taken;
  const std::string port = std::to_string(taken.port());
  const ScratchDirectory scratch;
  const std::string file = scratch.write("taken.conf", "listen = 127.0.0.1\nport = " + port + "\n");

  const Result by_file = run({"--config", file});
  const Result by_flag =
      run({"--config", scratch.write("empty.conf", ""), "--listen", "127.0.0.1", "--port", port});

  CHECK(by_file.exit_code == 1);
  CHECK(is_one_line(by_file.err));
  CHECK(by_file.err.rfind("voiced: " + file + ":2: port: cannot listen on 127.0.0.1:" + port, 0) ==
        0);
  CHECK(by_file.err.find("; stop the program that uses it, or set another port") !=
        std::string::npos);
  CHECK(by_flag.exit_code == 1);
  CHECK(is_one_line(by_flag.err));
  CHECK(by_flag.err.rfind("voiced: --port: ", 0) == 0);

  const Result metrics = run({"--config", scratch.write("empty.conf", ""), "--listen", "127.0.0.1",
                              "--port", "0", "--metrics-address", "127.0.0.1:" + port});
  CHECK(metrics.exit_code == 1);
  CHECK(metrics.err.find("--metrics-address: cannot listen on") != std::string::npos);
}

TEST_CASE("an invalid address is exit 2, one that may still appear is exit 1", "[integration]") {
  const ScratchDirectory scratch;
  const std::string empty = scratch.write("empty.conf", "");
  for (const std::string address : {"nonsense", "192.0.2.1", "300.1.1.1", "localhost", "::1 "}) {
    const Result result = run({"--config", empty, "--listen", address, "--port", "0"});
    INFO(result.err);
    CHECK(result.exit_code == (address == "192.0.2.1" ? 1 : 2));
    CHECK(is_one_line(result.err));
    CHECK(result.err.rfind("voiced: --listen: ", 0) == 0);
    CHECK(result.err.find(address) != std::string::npos);
  }
}

TEST_CASE("on SIGTERM and SIGINT modern peers get a Bye, classic ones end between two messages",
          "[integration][real-time]") {
  const int signal = GENERATE(SIGTERM, SIGINT);
  // A low sample rate and a high one: short messages and long ones.
  const char* const rate = GENERATE("8000", "48000");
  Voiced voiced({"--sample-rate", rate});
  Call call(voiced);
  call.speak(30);

  voiced.process().signal(signal);

  CHECK(last_text(call.modern) == "Bye\nReason:server is stopping");
  CHECK(call.modern.end() == End::clean);
  CHECK(call.classic.wait_for_end() == End::clean);
  CHECK(call.listener.wait_for_end() == End::clean);
  for (TcpPeer* const peer : {&call.modern, &call.classic, &call.listener}) peer->close();
  CHECK(voiced.process().wait() == 0);
  CHECK(voiced.log().find("stopped") != std::string::npos);
}

TEST_CASE("a classic peer's last bytes are a whole message however full its buffers are",
          "[integration][real-time]") {
  Voiced voiced({"--sample-rate", "48000"});
  TcpPeer slow(voiced.port(), {.receive_buffer_bytes = 4096});
  Call call(voiced);
  call.speak(75);

  voiced.process().signal(SIGTERM);

  // Only now does the slow peer read what has piled up.
  CHECK(slow.wait_for_end() == End::clean);
  slow.close();
  for (TcpPeer* const peer : {&call.modern, &call.classic, &call.listener}) peer->close();
  CHECK(voiced.process().wait() == 0);
}

TEST_CASE("a peer that never closes its side does not keep the server from stopping",
          "[integration]") {
  Voiced voiced;
  const TcpPeer clinging = join(voiced);

  CHECK(voiced.stop(SIGTERM) == 0);
}

TEST_CASE("SIGUSR1 logs one line of statistics and harms nothing", "[integration]") {
  Voiced voiced;
  TcpPeer peer = join(voiced);
  voiced.process().signal(SIGUSR1);

  CHECK(voiced.says("statistics participants=1"));
  CHECK(voiced.says("closes=none"));
  REQUIRE(peer.send(message("Hello")));
  CHECK(next_text(peer).rfind("Welcome", 0) == 0);

  REQUIRE(peer.send(message("Bye")));
  CHECK(peer.wait_for_end() == End::clean);
  voiced.process().signal(SIGUSR1);

  CHECK(voiced.says("closes=bye:1"));
}

TEST_CASE("one server listens on several addresses with one port", "[integration]") {
  Voiced voiced({"--listen", "127.0.0.2"});
  const std::string log = voiced.log();

  const auto first = log.find("listening on=127.0.0.2:");
  const auto second = log.find("listening on=127.0.0.1:");
  CHECK(first != std::string::npos);
  CHECK(second != std::string::npos);
  const auto port_at = [&](std::size_t at) {
    const std::size_t begin = at + std::string("listening on=127.0.0.1:").size();
    return log.substr(begin, log.find(' ', begin) - begin);
  };
  CHECK(port_at(first) == port_at(second));
}

TEST_CASE("a certificate in the service's own directory is left out of --check-config",
          "[integration][lifecycle]") {
  const ScratchDirectory scratch;
  const std::string file = scratch.write("tls.conf", "listen-tls = 7443\n");
  const Result checked = run({"--config", file, "--check-config"});
  CHECK(checked.exit_code == 0);
  CHECK(checked.out == "voiced: configuration is valid: " + file +
                           "; no certificate is named, so the service's state directory must have "
                           "one, or get one at the start: this was not checked\n");
  const Result known =
      run({"--config", file, "--check-config"}, {"STATE_DIRECTORY=" + scratch.file("")});
  CHECK(known.out == "voiced: configuration is valid: " + file + "\n");
  CHECK(run({"--config", file}).exit_code == 2);
}
