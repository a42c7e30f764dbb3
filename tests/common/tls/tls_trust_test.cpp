// Which servers a client trusts, and which clients a server trusts.
#include "tests/common/tls/authority.hpp"
#include "tests/common/tls/ends.hpp"

#include <algorithm>

using namespace voice;
using namespace voice::test;
using tls::Trust;

namespace {

struct Trial {
  std::optional<Trust> trust;
  std::optional<TransportError> error;
  std::string why;
};

Trial connect(const tls::CertificatePair& pair, const tls::ClientOptions& options,
              const tls::ServerIdentity& identity) {
  Ends ends(make_server({.pair = pair}), make_client(options), identity);
  ends.shake_hands();
  CHECK(ends.client->is_ready() == !ends.client_error.has_value());
  return {ends.trust, ends.client_error, ends.client->failure()};
}

tls::Fingerprint fingerprint_of(const tls::CertificatePair& pair) {
  return tls::describe(pair.certificate)->fingerprint;
}

}  // namespace

TEST_CASE("an unknown server is not trusted", "[tls]") {
  const Trial trial = connect(make_pair(), {}, {.host = "voice.test"});
  CHECK(trial.trust == Trust::unknown);
  CHECK(trial.error == TransportError::untrusted);
  CHECK(trial.why.find("NOT trusted") != std::string::npos);
}

TEST_CASE("a server is trusted by its fingerprint, whatever its name", "[tls]") {
  const auto pair = make_pair();
  const Trial trial = connect(pair, {}, {.host = "192.0.2.1", .known = fingerprint_of(pair)});
  CHECK(trial.trust == Trust::known);
  CHECK_FALSE(trial.error);
}

TEST_CASE("a certificate other than the known one is not trusted", "[tls]") {
  const auto known = make_pair();
  const Trial trial =
      connect(make_pair(), {}, {.host = "voice.test", .known = fingerprint_of(known)});
  CHECK(trial.trust == Trust::changed);
  CHECK(trial.error == TransportError::untrusted);
}

TEST_CASE("an authority vouches for a host, and only for that one", "[tls]") {
  const auto pair = make_pair({"voice.test", "192.0.2.7", "2001:db8::7"});
  const tls::ClientOptions trusting{.ca = pair.certificate};
  CHECK(connect(pair, trusting, {.host = "voice.test"}).trust == Trust::authority);
  CHECK(connect(pair, trusting, {.host = "192.0.2.7"}).trust == Trust::authority);
  CHECK(connect(pair, trusting, {.host = "2001:db8::7"}).trust == Trust::authority);
  CHECK(connect(pair, trusting, {.host = "VOICE.test"}).trust == Trust::authority);
  for (const char* other : {"other.test", "192.0.2.8", "sub.voice.test"}) {
    const Trial trial = connect(pair, trusting, {.host = other});
    CHECK(trial.trust == Trust::unknown);
    CHECK(trial.error == TransportError::untrusted);
    CHECK(trial.why.find("name") != std::string::npos);
  }
}

TEST_CASE("an authority does not count where only a fingerprint does", "[tls]") {
  const auto pair = make_pair();
  const auto other = make_pair();
  const Trial trial =
      connect(pair, {.ca = pair.certificate},
              {.host = "voice.test", .known = fingerprint_of(other), .only_known = true});
  CHECK(trial.trust == Trust::changed);
  CHECK(trial.error == TransportError::untrusted);
}

TEST_CASE("a certificate that has expired, or is not yet valid, is not trusted", "[tls]") {
  const auto years = std::chrono::hours(24 * 365);
  const auto expired = make_pair({"voice.test"}, now_by_calendar() - 11 * years);
  Trial trial = connect(expired, {.ca = expired.certificate}, {.host = "voice.test"});
  CHECK(trial.trust == Trust::unknown);
  CHECK(trial.error == TransportError::untrusted);
  CHECK(trial.why.find("expired") != std::string::npos);
  const auto early = make_pair({"voice.test"}, now_by_calendar() + years);
  trial = connect(early, {.ca = early.certificate}, {.host = "voice.test"});
  CHECK(trial.trust == Trust::not_yet);
  CHECK(trial.error == TransportError::not_yet_valid);
  CHECK(trial.why.find("not yet") != std::string::npos);
}

TEST_CASE("a certificate that is not valid yet may have no other fault", "[tls]") {
  const auto early = make_pair({"voice.test"}, now_by_calendar() + std::chrono::hours(24));
  const auto other = make_pair();
  Trial trial = connect(early, {.ca = early.certificate}, {.host = "other.test"});
  CHECK(trial.trust == Trust::unknown);
  CHECK(trial.error == TransportError::untrusted);
  trial = connect(early, {.ca = other.certificate}, {.host = "voice.test"});
  CHECK(trial.trust == Trust::unknown);
  CHECK(trial.error == TransportError::untrusted);
  trial = connect(early, {.ca = early.certificate},
                  {.host = "voice.test", .known = fingerprint_of(other), .only_known = true});
  CHECK(trial.trust == Trust::changed);
  CHECK(trial.error == TransportError::untrusted);
}

TEST_CASE("a server that requires client certificates accepts only its authority's", "[tls]") {
  const auto pair = make_pair();
  Authority authority;
  const auto mine = authority.issue({.common_name = "machine-7"});
  const auto stranger = Authority().issue({.common_name = "machine-7"});
  const auto server = make_server({.pair = pair, .client_ca = authority.certificate()});
  const tls::ServerIdentity identity{.host = "voice.test", .known = fingerprint_of(pair)};

  Ends welcome(server, make_client({.pair = mine}), identity);
  welcome.shake_hands();
  CHECK(welcome.are_ready());

  Ends wrong(server, make_client({.pair = stranger}), identity);
  wrong.shake_hands();
  CHECK_FALSE(wrong.server->is_ready());
  CHECK(wrong.server_error == TransportError::untrusted);

  Ends none(server, make_client(), identity);
  none.shake_hands();
  CHECK_FALSE(none.server->is_ready());
  CHECK(none.server_error == TransportError::handshake);
}

TEST_CASE("a server that merely accepts certificates admits clients without one, but no false ones",
          "[tls]") {
  const auto pair = make_pair();
  Authority authority;
  const auto mine = authority.issue({.common_name = "machine-7"});
  const auto server = make_server(
      {.pair = pair, .client_ca = authority.certificate(), .needs_client_certificate = false});
  const tls::ServerIdentity identity{.host = "voice.test", .known = fingerprint_of(pair)};

  Ends machine(server, make_client({.pair = mine}), identity);
  machine.shake_hands();
  CHECK(machine.are_ready());
  CHECK(machine.server->peer_name() == "machine-7");

  Ends none(server, make_client(), identity);
  none.shake_hands();
  CHECK(none.are_ready());
  CHECK(none.server->peer_name().empty());

  Ends wrong(server, make_client({.pair = Authority().issue({.common_name = "machine-7"})}),
             identity);
  wrong.shake_hands();
  CHECK_FALSE(wrong.server->is_ready());
  CHECK(wrong.server_error == TransportError::untrusted);
}

TEST_CASE("a certificate counts only for the side that it was made for", "[tls]") {
  struct Row {
    std::vector<std::string> purposes;
    bool is_for_servers;
    bool is_for_clients;
  };
  const std::string for_servers = GNUTLS_KP_TLS_WWW_SERVER;
  const std::string for_clients = GNUTLS_KP_TLS_WWW_CLIENT;
  const auto row = GENERATE_COPY(values<Row>({{{}, true, true},
                                              {{for_servers}, true, false},
                                              {{for_clients}, false, true},
                                              {{for_servers, for_clients}, true, true},
                                              {{GNUTLS_KP_ANY}, true, true},
                                              {{GNUTLS_KP_CODE_SIGNING}, false, false}}));
  Authority authority;
  const auto shown = authority.issue({.common_name = "voice.test",
                                      .others = {{GNUTLS_SAN_DNSNAME, "voice.test"}},
                                      .purposes = row.purposes});
  INFO(row.purposes.size() << (row.purposes.empty() ? "" : " " + row.purposes[0]));

  Ends to_server(make_server({.pair = shown}), make_client({.ca = authority.certificate()}),
                 {.host = "voice.test"});
  to_server.shake_hands();
  CHECK(to_server.client->is_ready() == row.is_for_servers);
  CHECK(to_server.trust == (row.is_for_servers ? Trust::authority : Trust::unknown));
  CHECK((to_server.why.find("purpose") == std::string::npos) == row.is_for_servers);

  const auto pair = make_pair();
  Ends to_client(make_server({.pair = pair, .client_ca = authority.certificate()}),
                 make_client({.pair = shown}),
                 {.host = "voice.test", .known = fingerprint_of(pair)});
  to_client.shake_hands();
  CHECK(to_client.server->is_ready() == row.is_for_clients);
  if (row.is_for_clients) return;
  CHECK(to_client.server_error == TransportError::untrusted);
  CHECK(to_client.server->failure().find("purpose") != std::string::npos);
}

TEST_CASE("a certificate for servers is not a client's, even if it is itself the authority",
          "[tls]") {
  const auto pair = make_pair();
  const auto mine = make_pair({"machine-7"});
  Ends ends(make_server({.pair = pair, .client_ca = mine.certificate}), make_client({.pair = mine}),
            {.host = "voice.test", .known = fingerprint_of(pair)});
  ends.shake_hands();
  CHECK(ends.server_error == TransportError::untrusted);
}

TEST_CASE("a host name in another script is the one in its certificate, and in the ClientHello",
          "[tls]") {
  const std::string host = "bücher.test";
  const std::string in_letters = "xn--bcher-kva.test";
  const auto pair = make_pair({in_letters});
  CHECK(connect(pair, {.ca = pair.certificate}, {.host = host}).trust == Trust::authority);
  CHECK(connect(pair, {.ca = pair.certificate}, {.host = "bucher.test"}).trust == Trust::unknown);
  const auto client = make_client()->connect({.host = host});
  const ByteVector hello = take_own(*client);
  CHECK(std::search(hello.begin(), hello.end(), in_letters.begin(), in_letters.end()) !=
        hello.end());
}

TEST_CASE("pairs that do not match, and invalid PEM, are refused with a reason", "[tls]") {
  const auto one = make_pair();
  const auto other = make_pair();
  const auto why = [](const tls::ServerOptions& options) {
    const auto made = tls::Server::make(options);
    return made ? std::string() : made.error();
  };
  CHECK(why({.pair = one}).empty());
  CHECK(why({.pair = {one.certificate, other.key}}).starts_with("certificate-key: "));
  CHECK(why({.pair = {one.certificate, "no key"}}).starts_with("certificate-key: "));
  CHECK(why({.pair = {"no certificate", one.key}}).starts_with("certificate: "));
  CHECK(why({.pair = {"", ""}}).starts_with("certificate: "));
  CHECK(why({.pair = one, .client_ca = "none"}).starts_with("client-ca: "));
  // A file that was truncated to nothing does not mean "no authorities": that would let everybody
  // in.
  CHECK(why({.pair = one, .client_ca = ""}) == "client-ca: is empty");
  CHECK(why({.pair = one, .client_ca = "\n"}).starts_with("client-ca: "));
}

TEST_CASE("missing authorities are not replaced by those of the system", "[tls]") {
  for (const std::string pem : {"", "\n", "none"}) {
    INFO(pem);
    CHECK_FALSE(tls::Client::make({.ca = pem}));
  }
  CHECK(tls::Client::make({}));
}

TEST_CASE("a client says which host it means, but no address", "[tls]") {
  const auto says = [](const std::string& host) {
    const auto client = make_client()->connect({.host = host});
    const ByteVector hello = take_own(*client);
    return std::search(hello.begin(), hello.end(), host.begin(), host.end()) != hello.end();
  };
  CHECK(says("voice.test"));
  CHECK_FALSE(says("192.0.2.1"));
  CHECK_FALSE(says("fe80::1%eth0"));
  CHECK_FALSE(says("2001:db8::7"));
}
