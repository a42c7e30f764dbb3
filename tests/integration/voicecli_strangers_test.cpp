// voicecli with servers that do not announce themselves first, or are not voice servers; and every
// exit code.
#include "tests/integration/operator.hpp"
#ifdef VOICE_WITH_TLS
#include "tests/integration/tls_peer.hpp"
#endif
#include "tests/integration/voicecli_program.hpp"

#include <pwd.h>

#include <cmath>
#include <regex>
#include <set>
#include <thread>

using namespace voice::test;

namespace {

const Strings silent{"--input", "null", "--output", "null"};

Strings operator+(Strings left, const Strings& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

std::vector<std::uint8_t> sound(std::uint16_t sequence) {
  std::string packet(12 + 160, '\x9a');
  packet[0] = '\x80';
  packet[1] = 0;
  packet[2] = static_cast<char>(sequence >> 8);
  packet[3] = static_cast<char>(sequence & 255);
  return message(packet);
}

}  // namespace

TEST_CASE("a call begins on the first connection when sound precedes the announcement",
          "[integration][voicecli]") {
  TcpListener server;
  Voicecli client(server.port(), silent + Strings{"--no-reconnect"});
  TcpPeer peer = server.accept();

  for (std::uint16_t i = 0; i < 20; ++i) REQUIRE(peer.send(sound(i)));
  std::this_thread::sleep_for(std::chrono::milliseconds{300});
  REQUIRE(peer.send(message("SamplesPerSecond:8000")));
  for (std::uint16_t i = 20; i < 40; ++i) REQUIRE(peer.send(sound(i)));

  CHECK(client.connects());
  CHECK(client.process().prints(R"("event":"first_audio_heard")"));
  CHECK(client.quit() == 0);
  CHECK(client.statistic("ignored_messages") == 20);
}

TEST_CASE("an address that is not a voice server is reported with its answer and not tried again",
          "[integration][voicecli]") {
  TcpListener server;
  Voicecli client(server.port(), silent);
  TcpPeer peer = server.accept();

  REQUIRE(peer.send(bytes_of("SSH-2.0-OpenSSH_9.2\x1b[2J\r\n")));

  CHECK(client.process().wait() == 3);
  CHECK(
      contains(client.told(), "127.0.0.1:" + std::to_string(server.port()) +
                                  R"( is not a voice server: it answered \"SSH-2.0-OpenSSH_9.2)"));
  CHECK_FALSE(contains(client.told(), "\x1b"));
  CHECK_FALSE(contains(client.told(), "retry_in_ms"));
}

TEST_CASE("a server that closes at once is reported in words, and tried again",
          "[integration][voicecli]") {
  TcpListener server;
  Voicecli client(server.port(), silent);

  server.accept().close();
  server.accept().close();

  CHECK(client.process().prints("closed the connection before announcing itself"));
  CHECK(client.process().prints("retry_in_ms"));
  client.process().signal(SIGTERM);
  CHECK(client.process().wait() == 0);
}

TEST_CASE("a server that accepts and stays silent is reported when the duration is over",
          "[integration][voicecli]") {
  TcpListener server;
  Voicecli client(server.port(), silent + Strings{"--duration", "0.5"});

  CHECK(client.process().wait() == 3);
  CHECK(contains(client.told(), "accepted the connection but had not let us in"));
}

TEST_CASE("without a name in the environment the user database has one",
          "[integration][voicecli]") {
  const passwd* const user = ::getpwuid(::getuid());
  if (user == nullptr) return;
  Voiced voiced;
  Voicecli client(voiced.port(), silent, {"/usr/bin/env", "-i"});
  REQUIRE(client.connects());
  CHECK(contains(client.told(), R"("name":")" + std::string{user->pw_name} + '"'));
  CHECK(client.quit() == 0);
}

TEST_CASE("the manual names the exit codes of voicecli, and each occurs",
          "[integration][voicecli]") {
  std::set<int> seen;
  {
    Voiced voiced;
    Voicecli asked(voiced.port(), silent + Strings{"--duration", "1"});
    Voicecli interrupted(voiced.port(), silent);
    Voicecli deaf(
        voiced.port(), {"--input", "null", "--output", "-"},
        {"/bin/bash", "-c", "\"$@\" | head -c 100 >/dev/null; exit ${PIPESTATUS[0]}", "x"});
    REQUIRE(interrupted.connects());
    Voicecli lost(voiced.port(), silent + Strings{"--no-reconnect"});
    REQUIRE(lost.connects());
    interrupted.process().signal(SIGINT);
    seen.insert(interrupted.process().wait().value_or(-1));
    seen.insert(asked.process().wait().value_or(-1));
    seen.insert(deaf.process().wait().value_or(-1));
    voiced.process().signal(SIGKILL);
    seen.insert(lost.process().wait().value_or(-1));
  }
  Voicecli wrong(quiet_port(), {"--jitter-depth", "1"});
  seen.insert(wrong.process().wait().value_or(-1));
  Voicecli nobody(quiet_port(), silent + Strings{"--no-reconnect"});
  seen.insert(nobody.process().wait().value_or(-1));
  Operated server;
  Voicecli kicked(server.voiced.port(), silent + Strings{"--name", "Anna"});
  REQUIRE(kicked.connects());
  CHECK(contains(server.ask("kick Anna"), R"("ok":true)"));
  seen.insert(kicked.process().wait().value_or(-1));

#ifdef VOICE_WITH_TLS
  TlsVoiced encrypted;
  Voicecli wary(encrypted.port(),
                silent + Strings{"--tls", "--tls-fingerprint", std::string(64, '0')});
  seen.insert(wary.process().wait().value_or(-1));
#else
  seen.insert(6);
#endif

  const auto codes_in = [](const std::string& text, const std::regex& row) {
    std::set<int> codes;
    for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end; ++at) {
      codes.insert(std::stoi((*at)[1]));
    }
    return codes;
  };
  const auto part = [](const std::string& file, const std::string& from, const std::string& to) {
    const std::string text = content_of(std::string{VOICE_SOURCE_DIR} + file);
    const auto begin = text.find(from);
    REQUIRE(begin != std::string::npos);
    return text.substr(begin, text.find(to, begin) - begin);
  };
  CHECK(codes_in(part("/packaging/man/voicecli.1", ".Sh EXIT STATUS", ".Sh EXAMPLES"),
                 std::regex(R"(\n\.It (\d+)\n)")) == seen);
}
