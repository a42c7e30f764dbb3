// voiced over TLS, with our own peers, with OpenSSL's, and with hostile ones.
#include "tests/integration/tls_peer.hpp"
#include "tests/support/shell.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <thread>

using namespace voice::test;
using voice::MessageClass;

namespace {

// 20 ms of sound that can be recognized anywhere.
const std::string spoken = "a voice in plain bytes would look like this, over and over......";

ByteVector sound(std::uint16_t sequence) {
  ByteVector codes;
  while (codes.size() < 160) codes.insert(codes.end(), spoken.begin(), spoken.end());
  codes.resize(160);
  return rtp_message(sequence, codes);
}

bool contains(const ByteVector& wire, const std::string& text) {
  return std::search(wire.begin(), wire.end(), text.begin(), text.end()) != wire.end();
}

void write_pair(const ScratchDirectory& folder, const std::string& name) {
  const auto made = voice::tls::make_self_signed(
      {name}, std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  REQUIRE(made);
  (void)folder.write("certificate.pem", made->certificate);
  (void)folder.write("certificate-key.pem", made->key);
}

// What `openssl s_client` prints when it connects.
std::string s_client(const TlsVoiced& server, const std::string& arguments,
                     const std::string& input = "") {
  const std::string command = "(printf '%b' '" + input + "'; sleep 1) | timeout -k 5 20 openssl " +
                              "s_client -connect 127.0.0.1:" + std::to_string(server.port()) + " " +
                              arguments + " 2>&1";
  return output_of(command).text;
}

}  // namespace

TEST_CASE("peers on TLS hear and are heard, and nothing on the wire can be read",
          "[integration][tls]") {
  ScratchDirectory scratch;
  TlsVoiced server({"--password-file", scratch.write("password", "hunter2-hunter2\n")});
  auto ada = server.join();
  auto bob = server.join();
  ada->say(message("Hello\nName:Ada Lovelace\nPassword:hunter2-hunter2"));
  bob->say(message("Hello\nName:Bob\nPassword:hunter2-hunter2"));
  REQUIRE(ada->next_text().find("Ada Lovelace") != std::string::npos);
  REQUIRE(bob->next_text().find("Bob") != std::string::npos);

  std::size_t heard = 0;
  in_real_time(50, [&](int tick) {
    ada->say(sound(static_cast<std::uint16_t>(tick)), MessageClass::audio);
    heard += bob->take_frames();
  });
  CHECK(heard > 20);
  for (const std::string secret : {"Ada Lovelace", "hunter2", "Hello", "SamplesPerSecond"}) {
    CHECK_FALSE(contains(ada->wire, secret));
    CHECK_FALSE(contains(bob->wire, secret));
  }
  CHECK_FALSE(contains(ada->wire, spoken.substr(0, 16)));
  CHECK_FALSE(contains(bob->wire, spoken.substr(0, 16)));
}

TEST_CASE("plain and encrypted peers are in one conference", "[integration][tls]") {
  TlsVoiced server;
  auto ada = server.join();
  TcpPeer plain = join(server.voiced());
  std::size_t heard_plain = 0;
  std::size_t heard = 0;
  in_real_time(50, [&](int tick) {
    const auto sequence = static_cast<std::uint16_t>(tick);
    if (tick < 25) ada->say(sound(sequence), MessageClass::audio);
    if (tick >= 25) plain.send(sound(sequence));
    plain.receive();
    while (plain.take()) ++heard_plain;
    heard += ada->take_frames();
  });
  CHECK(heard_plain > 10);
  CHECK(heard > 5);
}

TEST_CASE("a new certificate is taken over in the middle of a call of 50, and costs no frame",
          "[integration][tls][real-time]") {
  TlsVoiced server({}, "jitter-mode = fixed\njitter-depth = 100\n");
  auto talker = server.join();
  std::vector<std::unique_ptr<TlsPeer>> listeners;
  for (int i = 0; i < 49; ++i) listeners.push_back(server.join());
  const std::size_t log_before = server.voiced().log().size();
  constexpr int said = 200;
  std::vector<std::size_t> heard(listeners.size());
  const auto listen = [&] {
    for (std::size_t i = 0; i < listeners.size(); ++i) heard[i] += listeners[i]->take_frames();
  };
  in_real_time(said, [&](int tick) {
    talker->say(sound(static_cast<std::uint16_t>(tick)), MessageClass::audio);
    if (tick == 60) write_pair(server.state(), "another.test");
    if (tick == 61) server.voiced().process().signal(SIGHUP);
    listen();
  });
  for (int i = 0; i < 500 && *std::min_element(heard.begin(), heard.end()) < said; ++i) {
    in_real_time(1, [&](int) { listen(); });
  }
  CHECK(*std::min_element(heard.begin(), heard.end()) == said);
  REQUIRE(server.voiced().says("another certificate", log_before));

  TlsPeer newcomer(server.port(), {.host = "127.0.0.1", .known = server.fingerprint()});
  CHECK_FALSE(newcomer.next());
  CHECK(newcomer.error == voice::TransportError::untrusted);
  CHECK(newcomer.shown != server.fingerprint());
}

TEST_CASE("a pair that does not match is refused at a reload, and the old one stays",
          "[integration][tls]") {
  TlsVoiced server;
  const auto stray = voice::tls::make_self_signed(
      {"x"}, std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  (void)server.state().write("certificate.pem", stray->certificate);
  CHECK(server.voiced().reload("", "reload refused error="));
  CHECK(server.voiced().log().find("not the key of the certificate") != std::string::npos);
  (void)server.join();
  std::filesystem::remove(server.state().file("certificate.pem"));
  CHECK(server.voiced().reload("", "certificate-key.pem is there without certificate.pem"));
  (void)server.join();
  std::filesystem::remove(server.state().file("certificate-key.pem"));
  CHECK(server.voiced().reload("", "the certificate in the state directory is gone"));
  (void)server.join();
}

TEST_CASE("openssl agrees with voiced, and not on anything outdated", "[integration][tls]") {
  TlsVoiced server;
  const std::string ca = "-CAfile " + server.state().file("certificate.pem");
  const std::string good = s_client(server, ca + " -verify_hostname localhost -alpn voice/1");
  CHECK(good.find("Protocol version: TLSv1.3") + good.find("New, TLSv1.3") !=
        2 * std::string::npos);
  CHECK(good.find("Verify return code: 0 (ok)") != std::string::npos);
  CHECK(good.find("ALPN protocol: voice/1") != std::string::npos);
  CHECK(good.find("Compression: NONE") != std::string::npos);
  CHECK(s_client(server, ca + " -verify_hostname other.test").find("ostname mismatch") !=
        std::string::npos);
  for (const char* const old : {"-tls1_2", "-tls1_1 -cipher ALL@SECLEVEL=0", "-tls1"}) {
    CHECK(s_client(server, old).find("Cipher is (NONE)") != std::string::npos);
  }
  // A client of another protocol is sent away; one that names none is not (RFC 7301 §3.2).
  CHECK(s_client(server, "-alpn http/1.1").find("no application protocol") != std::string::npos);
  CHECK(server.voiced().says("reason=handshake_failed"));
  CHECK(s_client(server, "-alpn http/1.1,voice/1").find("ALPN protocol: voice/1") !=
        std::string::npos);
  const std::string talk = s_client(server, "-quiet", "\\0016\\0000\\0000\\0000Hello\\nName:Ada");
  CHECK(talk.find("SamplesPerSecond:8000:voice/1") != std::string::npos);
  CHECK(talk.find("Welcome") != std::string::npos);
}

TEST_CASE("TLS 1.2, where it is allowed, has forward secrecy, AEAD and no renegotiation",
          "[integration][tls]") {
  TlsVoiced server({"--tls-version-min", "1.2"});
  const std::string good = s_client(server, "-tls1_2");
  CHECK(good.find("New, TLSv1.2, Cipher is ECDHE-ECDSA-") != std::string::npos);
  for (const char* const weak :
       {"ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES128-SHA256", "AES128-GCM-SHA256", "AES128-SHA"}) {
    CHECK(s_client(server, std::string("-tls1_2 -cipher ") + weak + "@SECLEVEL=0")
              .find("Cipher is (NONE)") != std::string::npos);
  }
  for (const char* const old : {"-tls1_1 -cipher ALL@SECLEVEL=0", "-tls1 -cipher ALL@SECLEVEL=0"}) {
    CHECK(s_client(server, old).find("Cipher is (NONE)") != std::string::npos);
  }
  // "R" asks for new keys, which would give a client a way to make the server compute.
  const std::string again = s_client(server, "-tls1_2", "R\\n");
  CHECK(again.find("RENEGOTIATING") != std::string::npos);
  CHECK(server.voiced().says("reason=cipher_broken"));
}

TEST_CASE("of all the suites that OpenSSL knows, those with forward secrecy and AEAD are accepted",
          "[integration][tls]") {
  TlsVoiced server({"--tls-version-min", "1.2"});
  const std::string at = "127.0.0.1:" + std::to_string(server.port());
  const std::string spoken =
      output_of(
          "for c in $(openssl ciphers -tls1_2 'ALL:eNULL@SECLEVEL=0' | tr : ' '); do "
          "timeout -k 5 20 openssl s_client -connect " +
          at +
          " -tls1_2 -cipher $c@SECLEVEL=0 </dev/null 2>&1 | "
          "grep -q \"Cipher is $c\" && echo $c; done")
          .text;
  std::istringstream suites(spoken);
  std::size_t count = 0;
  for (std::string suite; std::getline(suites, suite); ++count) {
    INFO(suite);
    CHECK(suite.rfind("ECDHE-ECDSA-", 0) == 0);
    CHECK((suite.find("-GCM-") != std::string::npos ||
           suite.find("-CHACHA20-") != std::string::npos));
  }
  CHECK(count == 3);
}

TEST_CASE("a handshake that comes byte by byte is not waited for", "[integration][tls]") {
  TlsVoiced server;
  const auto client = voice::tls::Client::make({});
  REQUIRE(client);
  const auto transport = (*client)->connect({.host = "voice.test"});
  const voice::Bytes own = transport->own();
  const ByteVector hello(own.begin(), own.end());
  TcpPeer slow(server.port());
  // One byte every 60 ms: the greeting alone takes longer than 5 s.
  for (std::size_t i = 0; i < 120 && slow.send(voice::Bytes{hello}.subspan(i, 1)); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{60});
  }
  CHECK(server.voiced().says("reason=handshake_timeout"));
}

TEST_CASE("peers that begin a handshake and stop are closed, and a call beside them goes on",
          "[integration][tls][real-time]") {
  TlsVoiced server;
  auto talker = server.join();
  auto listener = server.join();
  std::vector<std::unique_ptr<TcpPeer>> crowd;
  std::size_t heard = 0;
  int said = 0;
  in_real_time(350, [&](int tick) {
    talker->say(sound(static_cast<std::uint16_t>(tick)), MessageClass::audio);
    ++said;
    heard += listener->take_frames();
    if (tick % 4 != 0 || tick > 200) return;
    // Nothing, half a record, a record of garbage, the beginning of another protocol.
    crowd.push_back(std::make_unique<TcpPeer>(server.port()));
    const ByteVector first[] = {
        {}, {22, 3, 1, 2, 0, 1, 0}, {22, 3, 1, 0, 4, 1, 2, 3, 4}, {'G', 'E', 'T', ' ', '/'}};
    if (!first[crowd.size() % 4].empty()) crowd.back()->send(first[crowd.size() % 4]);
  });
  for (int i = 0; i < 100; ++i) in_real_time(1, [&](int) { heard += listener->take_frames(); });
  CHECK(static_cast<int>(heard) > said - 10);
  CHECK(server.voiced().says("reason=handshake_timeout"));
  CHECK(server.voiced().says("reason=handshake_failed"));
  CHECK(server.voiced().says(R"(why="the peer does not speak TLS")"));
  crowd.clear();
  (void)server.join();
}

TEST_CASE("one line enables TLS, and its certificate outlives voiced", "[integration][tls]") {
  ScratchDirectory state;
  std::string first;
  for (int run = 0; run < 2; ++run) {
    Voiced voiced({"--listen-tls", "127.0.0.1:0", "--state-directory", state.file("")});
    REQUIRE(voiced.says("certificate fingerprint=sha256:"));
    const std::string log = voiced.log();
    const std::string fingerprint = log.substr(log.find("sha256:"), 7 + 64);
    CHECK((log.find("certificate made path=") != std::string::npos) == (run == 0));
    CHECK((run == 0 || fingerprint == first));
    first = fingerprint;
    CHECK(voiced.stop(SIGTERM) == 0);
  }
  namespace fs = std::filesystem;
  const auto mode = fs::status(state.file("certificate-key.pem")).permissions();
  CHECK((mode & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none);
}

TEST_CASE("a command makes a certificate and key, and never overwrites another pair",
          "[integration][tls]") {
  namespace fs = std::filesystem;
  ScratchDirectory folder;
  const std::string certificate = folder.file("c.pem"), key = folder.file("k.pem");
  const std::string command = std::string(VOICED_PROGRAM) +
                              " --config /dev/null --make-certificate voice.test --certificate " +
                              certificate + " --certificate-key " + key + " 2>&1";
  const Output made = output_of(command);
  REQUIRE(made.exit_code == 0);
  const auto shown = TlsVoiced::fingerprint_in(made.text, 0);
  CHECK((fs::status(key).permissions() & (fs::perms::group_all | fs::perms::others_all)) ==
        fs::perms::none);
  CHECK(output_of("openssl x509 -noout -text -ext subjectAltName -in " + certificate)
            .text.find("DNS:voice.test") != std::string::npos);
  CHECK(output_of("openssl pkey -noout -text -in " + key).text.find("NIST CURVE: P-256") !=
        std::string::npos);

  const Output again = output_of(command);
  CHECK(again.exit_code == 1);
  CHECK(again.text.find("already exists") != std::string::npos);

  // The pair that it has made is served under that fingerprint, also if it is a credential.
  ScratchDirectory credentials;
  fs::copy_file(certificate, credentials.file("certificate.pem"));
  fs::copy_file(key, credentials.file("certificate-key.pem"));
  const Strings here{"--listen-tls", "127.0.0.1:0"};
  Strings named = here;
  named.insert(named.end(), {"--certificate", certificate, "--certificate-key", key});
  for (const bool is_credential : {false, true}) {
    const Strings environment{"CREDENTIALS_DIRECTORY=" + credentials.file("")};
    Voiced voiced(is_credential ? here : named, 0, {"", is_credential ? environment : Strings{}});
    REQUIRE(voiced.says("certificate fingerprint="));
    CHECK(TlsVoiced::fingerprint_in(voiced.log(), 0) == shown);
  }
}

TEST_CASE("mistakes in the settings of TLS are reported with their place", "[integration][tls]") {
  ScratchDirectory scratch;
  const auto complaint = [&](const Strings& flags) {
    ScratchDirectory folder;
    Process process(voiced_command(folder, flags), folder.file("voiced"),
                    {"VOICED_CONTROL_SOCKET=off", "STATE_DIRECTORY="});
    CHECK(process.wait() == 2);
    return process.err();
  };
  CHECK(complaint({"--listen-tls", "7443"}).find("needs a certificate") != std::string::npos);
  CHECK(complaint({"--listen-tls", "voice.test:7443"}).find("neither a port nor an address") !=
        std::string::npos);
  CHECK(complaint({"--listen", "none"}).find("nobody could connect") != std::string::npos);
  CHECK(complaint({"--listen-tls", "7443", "--certificate", scratch.file("absent.pem")})
            .find("needs `certificate-key` beside it") != std::string::npos);
  CHECK(complaint({"--listen-tls", "7443", "--certificate", scratch.file("absent.pem"),
                   "--certificate-key", scratch.file("absent.pem")})
            .find("absent.pem: ") != std::string::npos);
  CHECK(complaint({"--client-ca", scratch.write("ca", "rubbish")}).find("needs listen-tls") !=
        std::string::npos);
  CHECK(complaint({"--listen-tls", "7443", "--certificate", scratch.write("c", "rubbish"),
                   "--certificate-key", scratch.write("k", "rubbish")})
            .find("not a certificate in PEM form") != std::string::npos);
}
