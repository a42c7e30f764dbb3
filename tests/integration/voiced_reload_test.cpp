// voiced on SIGHUP: the configuration is read again in the middle of calls.
#include "tests/integration/witnesses.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <pty.h>
#include <sys/wait.h>
#endif

#include <fstream>
#include <map>
#include <regex>
#include <sstream>

using namespace voice::test;

namespace {

bool is_served(TcpPeer& peer) {
  peer.receive();
  return peer.end() == End::none;
}

// The filter's own regular expression, with its parts filled in; it captures the address.
std::regex fail2ban_filter() {
  std::ifstream file(std::string(VOICE_SOURCE_DIR) + "/config/fail2ban/filter.d/voiced.conf");
  std::map<std::string, std::string> parts{{"__prefix_line", R"((?:\S+ )?)"}};
  for (std::string line; std::getline(file, line);) {
    const auto equals = line.find(" = ");
    if (equals != std::string::npos) parts[line.substr(0, equals)] = line.substr(equals + 3);
  }
  std::string expression = parts["failregex"];
  static const std::regex reference(R"(%\((\w+)\)s)");
  for (std::smatch match; std::regex_search(expression, match, reference);) {
    const std::string name = match[1];
    expression.replace(static_cast<std::size_t>(match.position()),
                       static_cast<std::size_t>(match.length()), parts[name]);
  }
  const std::string host = "<HOST>";
  expression.replace(expression.find(host), host.size(), R"((\[?[0-9a-f.:]+\]?))");
  return std::regex(expression);
}

}  // namespace

TEST_CASE("a reload in the middle of a call costs nobody a frame",
          "[integration][reload][real-time]") {
  const std::string patient_file =
      "outbox-age-ms = 10000\nstall-limit-s = 20\njitter-mode = fixed\n";
  Voiced voiced({}, 0, {patient_file + "jitter-depth = 100\n", {}});
  Witnesses witnesses(voiced);
  witnesses.speak(60);

  for (const char* const depth : {"120", "90", "110"}) {
    const std::size_t from = voiced.log().size();
    voiced.configure(patient_file +
                     "load-max-percent = 95\nstrangers-max = 99\njitter-depth = " + depth + "\n");
    voiced.process().signal(SIGHUP);
    REQUIRE(witnesses.speak_until([&] {
      return voiced.log().find("configuration reloaded changed=", from) != std::string::npos;
    }));
    witnesses.speak(20);
  }

  witnesses.check_nothing_is_missing();
  const std::string log = voiced.log();
  CHECK(log.find("setting changed name=jitter-depth from=100 to=120") != std::string::npos);
  CHECK(log.find("setting changed name=jitter-depth from=120 to=90") != std::string::npos);
  CHECK(log.find("configuration reloaded changed=3 pending=0") != std::string::npos);
}

TEST_CASE("a file with a mistake is refused as a whole, and the old values stay in force",
          "[integration][reload]") {
  Voiced voiced({}, 0, {"strangers-per-address-max = 3\n", {}});
  TcpPeer first = join(voiced);

  CHECK(voiced.reload("strangers-per-address-max = 1\nstall-limit-s = 0\n",
                      ":2: stall-limit-s: 0 is out of range; use 1…3600\" all settings stay"));
  CHECK(voiced.log().find("setting changed") == std::string::npos);
  TcpPeer second = join(voiced);

  CHECK(voiced.reload("strangers-per-address-max = 1\nstall-limit-s = 9\n",
                      "configuration reloaded changed=2 pending=0"));
  // The next one is too many now, but connected peers stay.
  TcpPeer third(voiced.port());
  CHECK(third.wait_for_end() == End::clean);
  CHECK(is_served(first));
  CHECK(is_served(second));
}

TEST_CASE("what cannot change while calls go on is named at every reload until the restart",
          "[integration][reload]") {
  Voiced voiced({}, 0, {"sample-rate = 8000\n", {}});
  const std::string config = "sample-rate = 16000\nparticipants-max = 5\n";

  for (int i = 0; i < 2; ++i) {
    const std::size_t from = voiced.log().size();
    REQUIRE(voiced.reload(config, "configuration reloaded changed=0 pending=2"));
    CHECK(voiced.says("setting pending name=sample-rate from=8000 to=16000 takes effect at restart",
                      from));
    CHECK(voiced.says(
        "setting pending name=participants-max from=1000 to=5 takes effect at restart", from));
  }
  TcpPeer peer(voiced.port());
  const auto announcement = peer.next();
  REQUIRE(announcement);
  CHECK(text_of(*announcement).rfind("SamplesPerSecond:8000", 0) == 0);
}

TEST_CASE("a peer let in without Hello stays when newcomers must say it", "[integration][reload]") {
  Voiced voiced;
  TcpPeer classic = join(voiced);
  REQUIRE(voiced.reload("require-hello = true\n", "configuration reloaded"));
  TcpPeer late = join(voiced);

  // Five seconds without a Hello, and up to one more until that is checked.
  CHECK(late.wait_for_end() == End::clean);
  CHECK(voiced.says("reason=hello_timeout"));
  CHECK(is_served(classic));
}

TEST_CASE("level and format of the log change while it is written", "[integration][reload]") {
  Voiced voiced;
  REQUIRE(voiced.reload("log-format = json\n", "configuration reloaded"));
  std::size_t from = voiced.log().size();
  TcpPeer peer = join(voiced);
  CHECK(voiced.says("\"level\":\"info\",\"event\":\"participant joined\",\"id\":1,\"peer\":\"127.",
                    from));
  CHECK(voiced.log().substr(from).rfind("{\"time\":\"20", 0) == 0);

  REQUIRE(voiced.reload("log-format = journal\n", "\"event\":\"configuration reloaded\""));
  from = voiced.log().size();
  peer.close();
  CHECK(voiced.says("<6>participant left id=1 ", from));

  REQUIRE(voiced.reload("log-format = text\nlog-level = error\n", "configuration reloaded"));
  from = voiced.log().size();
  TcpPeer unheard = join(voiced);
  CHECK(voiced.reload("stall-limit-s = x\n", " error reload refused error="));
  CHECK(voiced.log().find("participant joined", from) == std::string::npos);
}

TEST_CASE("a relative path of the configuration also works for reloads", "[integration][reload]") {
  const ScratchDirectory scratch;
  (void)scratch.write("here.conf", "jitter-depth = 8\n");
  Process process({"/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", scratch.file("."), VOICED_PROGRAM,
                   "--config", "here.conf", "--listen", "127.0.0.1", "--port", "0"},
                  scratch.file("voiced"));
  REQUIRE(process.says("listening on="));

  (void)scratch.write("here.conf", "jitter-depth = 9\n");
  process.signal(SIGHUP);

  CHECK(process.says("setting changed name=jitter-depth from=8 to=9"));
}

TEST_CASE("a reload that meets a pipe costs nobody a frame, and is refused",
          "[integration][reload]") {
  const ScratchDirectory scratch;
  const std::string pipe = scratch.file("password");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const std::string config = "outbox-age-ms = 10000\njitter-mode = fixed\njitter-depth = 100\n";
  Voiced voiced({}, 0, {config, {}});
  Witnesses witnesses(voiced);
  witnesses.speak(30);

  const std::size_t from = voiced.log().size();
  voiced.configure(config + "password-file = " + pipe + "\n");
  voiced.process().signal(SIGHUP);
  voiced.process().signal(SIGHUP);
  REQUIRE(witnesses.speak_until(
      [&] { return voiced.log().find("reload refused error=", from) != std::string::npos; }));
  witnesses.speak(30);

  witnesses.check_nothing_is_missing();
  CHECK(voiced.log().find(":4: password-file: " + pipe + ": cannot be read: it is a pipe", from) !=
        std::string::npos);
  CHECK(voiced.stop(SIGTERM) == 0);
}

TEST_CASE("a file that is truncated to nothing changes nothing", "[integration][reload]") {
  const ScratchDirectory scratch;
  const std::string file = scratch.write("password", "secret\n");
  Voiced voiced({}, 0, {"password-file = " + file + "\n", {}});

  CHECK(voiced.reload("", "reload refused error="));
  CHECK(voiced.says("has no settings any more"));
  TcpPeer stranger = join(voiced);
  REQUIRE(stranger.send(message("Hello\nName:Eve\nPassword:other")));
  CHECK(next_text(stranger).rfind("Welcome", 0) == std::string::npos);
}

TEST_CASE("signals in the first moments wait until they can be handled", "[integration][reload]") {
  const ScratchDirectory scratch;
  const std::string pipe = scratch.file("voiced.conf");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  // It is reading its configuration until we write it.
  Process process({VOICED_PROGRAM, "--config", pipe, "--listen", "127.0.0.1", "--port", "0",
                   "--control-socket", "off"},
                  scratch.file("voiced"));
  int writer = -1;
  REQUIRE(eventually([&] {
    writer = ::open(pipe.c_str(), O_WRONLY | O_NONBLOCK);
    return writer >= 0;
  }));

  process.signal(SIGHUP);
  process.signal(SIGUSR1);
  const std::string config = "jitter-depth = 8\n";
  REQUIRE(::write(writer, config.data(), config.size()) == static_cast<ssize_t>(config.size()));
  ::close(writer);

  CHECK(process.says("jitter_depth_packets=8"));
  CHECK(process.says("statistics participants=0"));
  CHECK(process.says("reload refused error="));  // a pipe is read once
  process.signal(SIGTERM);
  CHECK(process.wait() == 0);
}

TEST_CASE("a log that nobody reads from the first line on does not end the server",
          "[integration][log]") {
  const ScratchDirectory scratch;
  Process process({"/bin/bash", "-c",
                   "{ sleep 0.2; timeout 2 \"$1\" --config /dev/null --listen 127.0.0.1 --port 0 "
                   "--control-socket off; "
                   "echo $? >\"$2\"; } 2>&1 | true",
                   "bash", VOICED_PROGRAM, scratch.file("code")},
                  scratch.file("voiced"));

  // 124 is timeout's own exit code; 141 would be SIGPIPE.
  CHECK(eventually([&] { return content_of(scratch.file("code")) == "124\n"; }));
}

TEST_CASE("SIGHUP while stopping changes nothing", "[integration][reload]") {
  Voiced voiced;
  const TcpPeer clinging = join(voiced);
  voiced.process().signal(SIGTERM);
  REQUIRE(voiced.says("stopping signal=SIGTERM"));

  voiced.configure("jitter-depth = 9\n");
  voiced.process().signal(SIGHUP);

  CHECK(voiced.process().wait() == 0);
  CHECK(voiced.log().find("reload") == std::string::npos);
  CHECK(voiced.log().find("jitter-depth from=") == std::string::npos);
}

#ifdef __linux__
TEST_CASE("SIGHUP reloads while the terminal exists, and ends voiced when it has gone",
          "[integration][reload]") {
  const ScratchDirectory scratch;
  Strings command = voiced_command(scratch, {"--listen", "127.0.0.1", "--port", "0"});
  std::vector<char*> argv;
  for (std::string& word : command) argv.push_back(word.data());
  argv.push_back(nullptr);
  const std::string log = scratch.file("log");
  int terminal = -1;
  const pid_t voiced = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  if (voiced == 0) {
    ::dup2(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), 2);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  REQUIRE(voiced > 0);
  const auto says = [&](const std::string& text) {
    return eventually([&] { return content_of(log).find(text) != std::string::npos; });
  };
  REQUIRE(says("version="));

  ::kill(voiced, SIGHUP);
  CHECK(says("configuration reloaded"));
  ::close(terminal);

  int status = -1;
  CHECK(eventually([&] { return ::waitpid(voiced, &status, WNOHANG) == voiced; }));
  CHECK(status == 0);
  CHECK(says("stopping signal=SIGHUP"));
}
#endif

TEST_CASE("fail2ban's filter finds the addresses of refused peers, and no others",
          "[integration][log]") {
  Voiced voiced({"--strangers-per-address-max", "2"});
  TcpPeer forger = join(voiced);
  // A name that tries to get another address banned.
  REQUIRE(forger.send(message("Hello\nName:x\" dialect=classic reason=flood seconds=1 \"")));
  REQUIRE(next_text(forger).rfind("Welcome", 0) == 0);
  TcpPeer first = join(voiced);
  TcpPeer second = join(voiced);
  TcpPeer refused(voiced.port());
  CHECK(refused.wait_for_end() == End::clean);
  REQUIRE(forger.send(message("Bye")));
  REQUIRE(voiced.says("reason=bye"));
  REQUIRE(second.send(message("Hello\nName:x\nToken:vi1.forged.AAAA")));
  CHECK(second.wait_for_end() == End::clean);
  REQUIRE(voiced.says("reason=bad_invitation seconds="));

  std::istringstream log(voiced.log());
  const std::regex filter = fail2ban_filter();
  std::vector<std::string> found;
  for (std::string line; std::getline(log, line);) {
    // As fail2ban does: without the leading time.
    const std::string event = line.substr(line.find(' '));
    std::smatch match;
    if (std::regex_search(event, match, filter)) found.push_back(match[1]);
  }
  INFO(voiced.log());
  CHECK(found == std::vector<std::string>{"127.0.0.1", "127.0.0.1"});
  CHECK(voiced.log().find("reason=refused_limit") != std::string::npos);
}

TEST_CASE("fail2ban's filter finds handshakes that failed, and none that a peer broke off",
          "[integration][log]") {
  const std::regex filter = fail2ban_filter();
  const auto address_in = [&](const std::string& event) {
    std::smatch match;
    return std::regex_search(event, match, filter) ? match[1].str() : std::string();
  };

  CHECK(address_in(" info handshake failed id=2 peer=192.0.2.7:41122 reason=handshake_failed "
                   "why=\"the peer does not speak TLS\"") == "192.0.2.7");
  CHECK(address_in(" info handshake failed id=3 peer=[2001:db8::7]:41122 reason=handshake_timeout "
                   "why=\"\"") == "[2001:db8::7]");
  CHECK(address_in(" info handshake failed id=5 peer=192.0.2.8:41122 reason=bad_certificate "
                   "why=\"the certificate is NOT trusted. The certificate is revoked\"") ==
        "192.0.2.8");
  CHECK(address_in(" info handshake failed id=4 peer=192.0.2.7:41122 reason=left "
                   "why=\"reason=handshake_failed why=\"") == "");
}
