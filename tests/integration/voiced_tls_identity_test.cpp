// Client certificates as identities, with OpenSSL as authority and as client.
#include "tests/integration/operator.hpp"
#include "tests/integration/tls_peer.hpp"
#include "tests/integration/voicecli_program.hpp"
#include "tests/support/shell.hpp"

using namespace voice::test;

namespace {

// An authority made by OpenSSL, in a directory of its own.
class OpenSslAuthority {
 public:
  OpenSslAuthority() {
    run_or_throw(in_folder("openssl req -x509 " + key_arguments("ca") +
                           " -days 30 -subj '/CN=our clients' -out ca.pem && : > index.txt"));
    (void)folder_.write("ca.cnf",
                        "[ca]\ndefault_ca = us\n[us]\ndatabase = index.txt\ndefault_md = sha256\n"
                        "default_crl_days = 30\ncertificate = ca.pem\nprivate_key = ca-key.pem\n");
  }

  /// Makes `name`.pem and `name`-key.pem.
  void issue(const std::string& name, const std::string& subject,
             const std::string& dates = "-days 7") const {
    run_or_throw(in_folder("openssl req " + key_arguments(name) + " -subj '" + subject +
                           "' -out r.csr && openssl x509 -req -in r.csr -CA ca.pem " +
                           "-CAkey ca-key.pem -CAcreateserial " + dates + " -out " + name +
                           ".pem"));
  }
  /// The same for one purpose: serverAuth, clientAuth.
  void issue_for(const std::string& name, const std::string& subject,
                 const std::string& purpose) const {
    (void)folder_.write("purpose.cnf", "extendedKeyUsage = " + purpose + "\n");
    issue(name, subject, "-days 7 -extfile purpose.cnf");
  }
  void revoke(const std::string& name) const {
    run_or_throw(in_folder("openssl ca -config ca.cnf -revoke " + name +
                           ".pem && openssl ca -config ca.cnf -gencrl -out crl.pem && " +
                           "cat crl.pem >> ca.pem"));
  }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }
  [[nodiscard]] std::string shown(const std::string& name) const {
    return "-cert " + file(name + ".pem") + " -key " + file(name + "-key.pem");
  }

 private:
  static std::string key_arguments(const std::string& name) {
    return "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout " + name + "-key.pem";
  }
  [[nodiscard]] std::string in_folder(const std::string& command) const {
    return "cd " + folder_.file("") + " && " + command;
  }

  ScratchDirectory folder_;
};

// Says Hello with `openssl s_client`. Returns all that it prints until it is welcomed or
// disconnected.
std::string hello_by_openssl(std::uint16_t port, const std::string& arguments) {
  const ScratchDirectory folder;
  const std::string shown = folder.write("shown", "");
  const std::string command =
      "(printf '\\017\\000\\000\\000Hello\\nName:Maud'; for i in $(seq 200); do "
      "grep -qa 'Welcome\\|has ended' " +
      shown +
      " && break; sleep 0.1; done) | { timeout -k 5 60 openssl s_client -connect 127.0.0.1:" +
      std::to_string(port) + " " + arguments + "; echo has ended; } > " + shown +
      " 2>&1; tr -d '\\0' < " + shown;
  return output_of(command).text;
}

}  // namespace

TEST_CASE("a machine with a certificate needs no password, and has its name and an account's role",
          "[integration][tls]") {
  OpenSslAuthority authority;
  authority.issue("machine", "/O=ours/CN=machine-7");
  authority.issue("anna", "/CN=anna");
  ScratchDirectory scratch;
  run_or_throw(VOICECTL_PROGRAM " user add anna --role operator --users-file " +
               scratch.file("users") + " --password-file " +
               scratch.write("annas", "correct horse battery\n"));
  TlsVoiced server({"--client-ca", authority.file("ca.pem"), "--password-file",
                    scratch.write("password", "hunter2-hunter2\n"), "--guests", "no",
                    "--users-file", scratch.file("users"), "--control-socket", scratch.file("s")});
  Operator desk(scratch.file("s"));

  const std::string machine = hello_by_openssl(server.port(), authority.shown("machine"));
  INFO(machine);
  CHECK(contains(machine, "Welcome\n"));
  CHECK(contains(machine, "Name:machine-7\n"));
  CHECK(server.voiced().says(R"(logged in id=1)"));
  CHECK(server.voiced().says(R"(certificate="machine-7" role=speaker)"));

  const std::string anna = hello_by_openssl(server.port(), authority.shown("anna"));
  INFO(anna);
  CHECK(contains(anna, "Name:anna\n"));
  CHECK(contains(anna, "Role:operator"));
  CHECK(server.voiced().says(R"(certificate="anna" role=operator)"));
  CHECK(contains(desk.ask("status"), R"("handshakes_done":2,"handshakes_failed":0)"));
}

TEST_CASE("the operator sees who joined with a certificate", "[integration][tls]") {
  OpenSslAuthority authority;
  authority.issue("machine", "/CN=machine-7");
  ScratchDirectory scratch;
  TlsVoiced server(
      {"--client-ca", authority.file("ca.pem"), "--control-socket", scratch.file("s")});
  Operator desk(scratch.file("s"));
  const auto text = [&](const char* name) {
    std::ifstream file(authority.file(name));
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  TlsPeer peer(server.port(), {.host = "127.0.0.1", .known = server.fingerprint()},
               {.pair = voice::tls::CertificatePair{text("machine.pem"), text("machine-key.pem")}});
  REQUIRE(peer.next_text().rfind("SamplesPerSecond:", 0) == 0);
  peer.say(message("Hello\nName:Mallory"));
  REQUIRE(contains(peer.next_text(), "Name:machine-7"));
  const std::string list = desk.ask("list");
  CHECK(contains(list, R"("name":"machine-7")"));
  CHECK(contains(list, R"("certificate":"machine-7")"));
  CHECK_FALSE(contains(list, "Mallory"));
}

TEST_CASE("certificates that are expired, foreign or revoked are refused, and counted",
          "[integration][tls]") {
  OpenSslAuthority authority;
  OpenSslAuthority stranger;
  authority.issue("good", "/CN=good");
  authority.issue("expired", "/CN=expired", "-days -1");
  authority.issue("lost", "/CN=lost");
  stranger.issue("foreign", "/CN=good");
  ScratchDirectory scratch;
  TlsVoiced server(
      {"--client-ca", authority.file("ca.pem"), "--control-socket", scratch.file("s")});
  Operator desk(scratch.file("s"));
  const auto comes_in = [&](const std::string& arguments) {
    return contains(hello_by_openssl(server.port(), arguments), "Welcome\n");
  };

  CHECK(comes_in(authority.shown("good")));
  CHECK(comes_in(authority.shown("lost")));
  CHECK_FALSE(comes_in(authority.shown("expired")));
  CHECK(server.voiced().says("reason=bad_certificate why="));
  CHECK(contains(server.voiced().log(), "expired"));
  CHECK_FALSE(comes_in(stranger.shown("foreign")));
  CHECK_FALSE(comes_in(""));
  CHECK(server.voiced().says("reason=handshake_failed why="));
  authority.issue_for("client", "/CN=client", "clientAuth");
  CHECK(comes_in(authority.shown("client")));
  authority.issue_for("server", "/CN=good", "serverAuth");
  CHECK_FALSE(comes_in(authority.shown("server")));
  CHECK(contains(server.voiced().log(), "purpose"));

  authority.revoke("lost");
  REQUIRE(server.voiced().reload("", "reloaded"));
  CHECK_FALSE(comes_in(authority.shown("lost")));
  CHECK(server.voiced().says("revoked"));
  CHECK(comes_in(authority.shown("good")));
  const std::string stats = desk.ask("stats");
  INFO(stats);
  CHECK(contains(stats, R"("bad_certificate":4)"));
  CHECK(contains(stats, R"("handshake_failed":1)"));
  CHECK(contains(stats, R"("handshakes_failed":5)"));
}

TEST_CASE("on one port, machines log in with a certificate and people with a password",
          "[integration][tls]") {
  OpenSslAuthority authority;
  OpenSslAuthority stranger;
  authority.issue("machine", "/CN=machine-7");
  authority.issue("expired", "/CN=expired", "-days -1");
  stranger.issue("foreign", "/CN=machine-7");
  ScratchDirectory scratch;
  const std::string word = scratch.write("password", "hunter2-hunter2\n");
  TlsVoiced server({"--client-ca", authority.file("ca.pem"), "--client-certificates", "accepted",
                    "--password-file", word});
  const auto hello = [&](const std::string& arguments) {
    return hello_by_openssl(server.port(), arguments);
  };

  const std::string machine = hello(authority.shown("machine"));
  INFO(machine);
  CHECK(contains(machine, "Name:machine-7"));
  CHECK(contains(hello(""), "Code:password"));
  CHECK_FALSE(contains(hello(authority.shown("expired")), "SamplesPerSecond"));
  CHECK_FALSE(contains(hello(stranger.shown("foreign")), "SamplesPerSecond"));
  CHECK(server.voiced().says("reason=bad_certificate why="));

  Voicecli anna(server.port(),
                {"--tls", "--tls-fingerprint", voice::tls::to_string(server.fingerprint()),
                 "--name", "Anna", "--input", "null", "--output", "null", "--password-file", word});
  CHECK(anna.connects());
  CHECK(anna.quit() == 0);
}

TEST_CASE("a session that is resumed by a ticket keeps its identity", "[integration][tls]") {
  OpenSslAuthority authority;
  authority.issue("machine", "/CN=machine-7");
  ScratchDirectory scratch;
  TlsVoiced server({"--client-ca", authority.file("ca.pem")});
  const std::string ticket = scratch.file("ticket");
  const std::string first =
      hello_by_openssl(server.port(), authority.shown("machine") + " -sess_out " + ticket);
  REQUIRE(contains(first, "Name:machine-7"));
  REQUIRE(std::filesystem::exists(ticket));
  const std::string second = hello_by_openssl(server.port(), "-sess_in " + ticket);
  INFO(second);
  CHECK(contains(second, "Reused, TLSv1.3"));
  CHECK(contains(second, "Name:machine-7"));
}
