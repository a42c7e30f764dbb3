// voicecli over TLS: which servers it trusts, and what it says and does if it does not trust one.
#include "tests/integration/tls_peer.hpp"
#include "tests/integration/voicecli_program.hpp"
#include "tests/support/mount_namespace.hpp"
#include "tests/support/shell.hpp"
#ifdef __linux__
#include "tests/support/terminal_session.hpp"
#endif

#include <fstream>
#include <sstream>

using namespace voice::test;

namespace {

std::string text_of_file(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Flags for a short call without a microphone and a loudspeaker.
Strings brief(Strings flags) {
  flags.insert(flags.end(), {"--input", "tone:440", "--output", "null", "--no-reconnect"});
  return flags;
}

#ifdef __linux__
/// Words that run the command after them on a system whose only authority is the one in the file
/// `ca`. Nobody else sees that system.
Strings trusting(const std::string& ca) {
  return in_own_mounts(
      "mount -t tmpfs none /etc/ssl/certs && cp \"$0\" /etc/ssl/certs/ca-certificates.crt", {ca});
}
#endif

/// A call from a terminal that asks whether to trust the server.
Strings asking(const TlsVoiced& server, const std::string& known_servers) {
  return {VOICECLI_PROGRAM, "127.0.0.1:" + std::to_string(server.port()),
          "--tls",          "--known-servers",
          known_servers,    "--input",
          "tone:440",       "--output",
          "null",           "--no-reconnect"};
}

std::string pin(const TlsVoiced& server) {
  return voice::tls::to_string(server.fingerprint());
}

}  // namespace

TEST_CASE("voicecli calls over TLS, says how it is encrypted, and is heard", "[integration][tls]") {
  TlsVoiced server;
  auto listener = server.join();
  Voicecli client(server.port(), brief({"--tls", "--tls-fingerprint", pin(server)}));
  REQUIRE(client.connects());
  CHECK(client.told().find(R"("encryption":"TLS1.3, )") != std::string::npos);
  REQUIRE(client.goes_on());
  REQUIRE(client.goes_on());
  CHECK(listener->take_frames() > 10);
  CHECK(client.quit() == 0);
  CHECK(server.voiced().says("reason=bye"));
}

TEST_CASE("a script does not connect to a server that nobody vouches for", "[integration][tls]") {
  TlsVoiced server;
  ScratchDirectory scratch;
  Voicecli client(server.port(), brief({"--tls", "--known-servers", scratch.file("known")}));
  CHECK(client.process().wait() == 6);
  CHECK(client.told().find("is not trusted: ") != std::string::npos);
  CHECK(client.told().find("pass --tls-fingerprint " + pin(server)) != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(scratch.file("known")));
  CHECK(server.voiced().log().find("participant joined") == std::string::npos);
}

TEST_CASE("voicecli connects to a known server, but not to one with another certificate",
          "[integration][tls]") {
  TlsVoiced server;
  ScratchDirectory scratch;
  const std::string name = "127.0.0.1:" + std::to_string(server.port());
  const std::string known =
      scratch.write("known", "# servers\n\n" + name + " " + pin(server) + "\n");
  Voicecli friendly(server.port(), brief({"--tls", "--known-servers", known}));
  REQUIRE(friendly.connects());
  CHECK(friendly.quit() == 0);

  const std::string other = "sha256:" + std::string(64, '1');
  (void)scratch.write("known", name + " " + other + "\n");
  Voicecli wary(server.port(), brief({"--tls", "--known-servers", known}));
  CHECK(wary.process().wait() == 6);
  CHECK(wary.told().find("HAS CHANGED") != std::string::npos);
  CHECK(wary.told().find("expected  " + other) != std::string::npos);
  CHECK(wary.told().find("shown     " + pin(server)) != std::string::npos);
  CHECK(text_of_file(known) == name + " " + other + "\n");

  Voicecli pinned(server.port(), brief({"--tls", "--tls-fingerprint", other}));
  CHECK(pinned.process().wait() == 6);
}

#ifdef __linux__
TEST_CASE("at a terminal, the user is asked once whether an unknown server is to be trusted",
          "[integration][tls][terminal]") {
  TlsVoiced server;
  ScratchDirectory scratch;
  const Strings call = asking(server, scratch.file("k"));
  {
    TerminalSession session(call);
    REQUIRE(session.shows("cannot be verified."));
    REQUIRE(session.shows("issuer is unknown"));
    REQUIRE(session.shows("fingerprint  " + pin(server)));
    REQUIRE(session.shows("Type yes"));
    // A key pressed to get past the question is not an answer.
    session.type("y\n");
    CHECK(session.wait() == 6);
    CHECK_FALSE(std::filesystem::exists(scratch.file("k")));
    CHECK(server.voiced().log().find("participant joined") == std::string::npos);
  }
  for (const bool is_first : {true, false}) {
    TerminalSession session(call);
    if (is_first) {
      REQUIRE(session.shows("Type yes"));
      session.type("yes\n");
    }
    REQUIRE(session.shows("delay"));
    CHECK((session.screen().find("Type yes") != std::string::npos) == is_first);
    session.type("q");
    CHECK(session.wait() == 0);
  }
  CHECK(text_of_file(scratch.file("k")).find(pin(server)) != std::string::npos);
}

TEST_CASE("Ctrl-C and Ctrl-Z at the question whether to trust a server mean what they always mean",
          "[integration][tls][terminal]") {
  TlsVoiced server;
  ScratchDirectory scratch;
  const Strings call = asking(server, scratch.file("k"));
  {
    TerminalSession session(call);
    REQUIRE(session.shows("Type yes"));
    session.type("\x03");
    CHECK(session.wait() == 130);
    CHECK(session.screen().ends_with("\n"));
    CHECK_FALSE(std::filesystem::exists(scratch.file("k")));
  }
  TerminalSession shell({"/bin/bash", "--norc", "--noprofile", "--noediting", "-i"});
  std::string line;
  for (const std::string& word : call) line += word + ' ';
  shell.type(line + "\n");
  REQUIRE(shell.shows("Type yes"));
  shell.type("\x1a");
  REQUIRE(shell.shows("Stopped"));
  shell.type("fg\n");
  const std::size_t from = shell.screen().size();
  shell.type("yes\n");
  REQUIRE(shell.shows("delay", from));
  CHECK(text_of_file(scratch.file("k")).find(pin(server)) != std::string::npos);
  shell.type("q");
  CHECK(shell.shows("leaving", from));
}

TEST_CASE("a fingerprint that cannot be kept ends the run with another way to go on",
          "[integration][tls][terminal]") {
  TlsVoiced server;
  struct Row {
    std::string file;
    const char* fault;
  };
  for (const Row& row : {Row{"/proc/nowhere/known_servers", "cannot be written"},
                         Row{"/dev/null", "cannot be read back"}}) {
    INFO(row.file);
    TerminalSession session(asking(server, row.file));
    REQUIRE(session.shows("Type yes"));
    session.type("yes\n");
    CHECK(session.shows(row.fault));
    CHECK(session.shows("to connect without that file, pass --tls-fingerprint " + pin(server)));
    CHECK(session.wait() == 6);
  }
}
#endif

TEST_CASE("an authority of the user's own vouches for a server", "[integration][tls]") {
  TlsVoiced server;
  const std::string ca = server.state().file("certificate.pem");
  Voicecli good(server.port(),
                brief({"localhost:" + std::to_string(server.port()), "--tls", "--tls-ca", ca}));
  REQUIRE(good.connects());
  CHECK(good.quit() == 0);
  // The certificate names no address.
  Voicecli bad(server.port(), brief({"--tls", "--tls-ca", ca}));
  CHECK(bad.process().wait() == 6);
  CHECK(bad.told().find("name") != std::string::npos);
}

#ifdef __linux__
TEST_CASE("an authority that the system trusts vouches for a server", "[integration][tls]") {
  if (const std::string why = why_no_own_mounts("/etc/ssl/certs"); !why.empty()) {
    WARN(why);
    return;
  }
  TlsVoiced server;
  const std::string at = "localhost:" + std::to_string(server.port());
  Voicecli good(server.port(), brief({at, "--tls"}),
                trusting(server.state().file("certificate.pem")));
  REQUIRE(good.connects());
  CHECK(good.quit() == 0);
  CHECK(server.voiced().log().find("participant joined") != std::string::npos);
  // The same name on a system that trusts another authority.
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  ScratchDirectory scratch;
  const std::string other =
      scratch.write("other.pem", voice::tls::make_self_signed({"localhost"}, now)->certificate);
  Voicecli bad(server.port(), brief({at, "--tls"}), trusting(other));
  CHECK(bad.process().wait() == 6);
}
#endif

TEST_CASE(
    "voicecli does not connect to a server whose certificate has expired, or is from another "
    "authority",
    "[integration][tls]") {
  using std::chrono::hours;
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto old = voice::tls::make_self_signed({"localhost"}, now - hours{24 * 365 * 11});
  const auto other = voice::tls::make_self_signed({"localhost"}, now);
  ScratchDirectory scratch;
  const std::string expired = scratch.write("old.pem", old->certificate);
  TlsVoiced server(
      {"--certificate", expired, "--certificate-key", scratch.write("old-key.pem", old->key)});
  const std::string at = "localhost:" + std::to_string(server.port());
  Voicecli late(server.port(), brief({at, "--tls", "--tls-ca", expired}));
  CHECK(late.process().wait() == 6);
  CHECK(late.told().find("expired") != std::string::npos);
  const std::string ca = scratch.write("other.pem", other->certificate);
  Voicecli wrong(server.port(), brief({at, "--tls", "--tls-ca", ca}));
  CHECK(wrong.process().wait() == 6);
  CHECK(wrong.told().find("is not trusted: ") != std::string::npos);
  CHECK(server.voiced().log().find("participant joined") == std::string::npos);
}

TEST_CASE("a server whose certificate is not valid yet is tried again, and told nothing before",
          "[integration][tls]") {
  using std::chrono::seconds;
  const auto now = std::chrono::floor<seconds>(std::chrono::system_clock::now());
  // A certificate is valid from an hour before it is made: this one, from 8 seconds from now on.
  const auto early = voice::tls::make_self_signed({"localhost"}, now + seconds{3600 + 8});
  ScratchDirectory scratch;
  const std::string certificate = scratch.write("early.pem", early->certificate);
  TlsVoiced server(
      {"--certificate", certificate, "--certificate-key", scratch.write("key.pem", early->key)});
  const std::string at = "localhost:" + std::to_string(server.port());
  Voicecli once(server.port(), brief({at, "--tls", "--tls-ca", certificate}));
  CHECK(once.process().wait() == 6);
  CHECK(once.told().find("is not trusted yet: ") != std::string::npos);
  CHECK(server.voiced().log().find("participant joined") == std::string::npos);

  Voicecli client(server.port(), {at, "--tls", "--tls-ca", certificate, "--input", "tone:440",
                                  "--output", "null"});
  REQUIRE(client.connects());
  CHECK(client.told().find("is not trusted yet: ") != std::string::npos);
  CHECK(client.quit() == 0);
}

TEST_CASE("a client with the right certificate gets in where one is required",
          "[integration][tls]") {
  ScratchDirectory scratch;
  const std::string certificate = scratch.file("mine.pem");
  const std::string key = scratch.file("mine-key.pem");
  run_or_throw(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 7 -subj "
      "/CN=machine-7 -keyout " +
      key + " -out " + certificate);
  TlsVoiced server({"--client-ca", certificate});
  Voicecli good(server.port(), brief({"--tls", "--tls-fingerprint", pin(server),
                                      "--tls-certificate", certificate, "--tls-key", key}));
  REQUIRE(good.connects());
  CHECK(good.quit() == 0);
  Voicecli bad(server.port(), brief({"--tls", "--tls-fingerprint", pin(server)}));
  CHECK(bad.process().wait() != 0);
  CHECK(server.voiced().says("reason=handshake_failed"));
}

TEST_CASE("TLS at a plain port, and a plain call at a port for TLS, are reported differently",
          "[integration][tls]") {
  TlsVoiced server;
  Voicecli encrypted(server.voiced().port(), brief({"--tls", "--tls-fingerprint", pin(server)}));
  CHECK(encrypted.process().wait() == 3);
  CHECK(encrypted.told().find("does not speak TLS; leave out --tls") != std::string::npos);
  Voicecli plain(server.port(), brief({}));
  CHECK(plain.process().wait() == 3);
  CHECK(plain.told().find("it answered in TLS; use --tls") != std::string::npos);
}

TEST_CASE("mistakes in the settings of TLS are reported before any call", "[integration][tls]") {
  ScratchDirectory scratch;
  const auto complaint = [&](Strings flags) {
    Voicecli client(1, brief(std::move(flags)));
    CHECK(client.process().wait() == 2);
    return client.told();
  };
  CHECK(complaint({"--tls", "--tls-fingerprint", "sha256:12"}).find("is not a fingerprint") !=
        std::string::npos);
  CHECK(complaint({"--tls", "--tls-ca", scratch.file("absent")}).find("tls-ca: ") !=
        std::string::npos);
  CHECK(complaint({"--tls", "--tls-ca", scratch.write("ca", "rubbish")}).find("tls-ca: ") !=
        std::string::npos);
  CHECK(complaint({"--tls", "--tls-ca", scratch.write("ca", "")}).find("tls-ca: is empty") !=
        std::string::npos);
  CHECK(complaint({"--tls", "--tls-ca", ""}).find("--tls-ca: is empty") != std::string::npos);
  CHECK(complaint({"--tls", "--tls-key", scratch.file("absent")}).find("belong together") !=
        std::string::npos);
  CHECK(complaint({"--tls", "--known-servers", scratch.write("known", "a b c\n")})
            .find("known:1: must be HOST:PORT and a fingerprint") != std::string::npos);
}

TEST_CASE("a call with a certificate to trust, but without TLS, is not made unencrypted",
          "[integration][tls]") {
  ScratchDirectory scratch;
  for (const std::string setting : {"--tls-ca", "--tls-certificate", "--tls-key"}) {
    INFO(setting);
    Voicecli client(1, brief({setting, scratch.file("a.pem")}));
    CHECK(client.process().wait() == 2);
    CHECK(client.told().find(setting + ": is set, but the call would not be encrypted") !=
          std::string::npos);
  }
  TlsVoiced server;
  Voicecli pinned(server.voiced().port(), brief({"--tls-fingerprint", pin(server)}));
  CHECK(pinned.process().wait() == 2);
  Voicecli asked_for(server.voiced().port(), brief({"--no-tls", "--tls-fingerprint", pin(server)}));
  CHECK(asked_for.connects());
}
