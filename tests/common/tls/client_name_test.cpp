// What a server learns about a client from its certificate, and which certificates it rejects.
#include "tests/common/tls/authority.hpp"
#include "tests/common/tls/ends.hpp"

using namespace voice;
using namespace voice::test;
using std::chrono::hours;

namespace {

struct Trial {
  Trial() : Trial(Authority()) {}
  explicit Trial(Authority&& its, const std::string& lists = "")
      : authority(std::move(its)),
        server(make_server({.pair = pair, .client_ca = authority.certificate() + lists})) {}

  // Both ends, after a handshake with a client that shows this certificate.
  std::unique_ptr<Ends> meet(const tls::CertificatePair& shown) const {
    const tls::ServerIdentity identity{.host = "voice.test",
                                       .known = tls::describe(pair.certificate)->fingerprint};
    auto ends = std::make_unique<Ends>(server, make_client({.pair = shown}), identity);
    ends->shake_hands();
    return ends;
  }
  std::string name_of(const Authority::Wanted& wanted) {
    const auto ends = meet(authority.issue(wanted));
    REQUIRE(ends->are_ready());
    return ends->server->peer_name();
  }

  Authority authority;
  tls::CertificatePair pair = make_pair();
  std::shared_ptr<const tls::Server> server;
};

}  // namespace

TEST_CASE("a client is called by its common name, or by the first other name that can be shown",
          "[tls]") {
  Trial trial;
  using Others = decltype(Authority::Wanted::others);
  const Others others{{GNUTLS_SAN_DNSNAME, "machine-7.example.org"}, {GNUTLS_SAN_URI, "urn:7"}};
  CHECK(trial.name_of({.common_name = "machine-7"}) == "machine-7");
  CHECK(trial.name_of({.common_name = "Zoë", .others = others}) == "Zoë");
  CHECK(trial.name_of({.common_name = "Lovelace, Ada + #1"}) == "Lovelace, Ada + #1");
  CHECK(trial.name_of({.others = others}) == "machine-7.example.org");
  CHECK(trial.name_of({.others = {{GNUTLS_SAN_RFC822NAME, "seven@example.org"}}}) ==
        "seven@example.org");
  CHECK(trial.name_of({.others = {{GNUTLS_SAN_URI, "urn:machine:7"}}}) == "urn:machine:7");
  CHECK(trial.name_of({.common_name = std::string(63, 'a') + "b"}).size() == 64);
}

TEST_CASE("a certificate whose names cannot be shown as they are gives its client no name",
          "[tls]") {
  Trial trial;
  CHECK(trial.name_of({}).empty());
  CHECK(trial.name_of({.common_name = " machine-7"}).empty());
  CHECK(trial.name_of({.common_name = "machine\n7"}).empty());
  CHECK(trial.name_of({.common_name = std::string("machine-7\0.evil", 15)}).empty());
  CHECK(trial.name_of({.others = {{GNUTLS_SAN_IPADDRESS, std::string("\xC0\0\2\7", 4)}}}).empty());
  const std::string too_long(65, 'x');
  CHECK(trial.name_of({.others = {{GNUTLS_SAN_DNSNAME, too_long}}}).empty());
  CHECK(trial.name_of({.others = {{GNUTLS_SAN_DNSNAME, too_long},
                                  {GNUTLS_SAN_URI, "urn:machine:7"}}}) == "urn:machine:7");
}

TEST_CASE("a server that asks for no certificate learns no name", "[tls]") {
  Authority authority;
  const auto pair = make_pair();
  Ends ends(make_server({.pair = pair}),
            make_client({.pair = authority.issue({.common_name = "machine-7"})}),
            {.host = "voice.test", .known = tls::describe(pair.certificate)->fingerprint});
  ends.shake_hands();
  REQUIRE(ends.are_ready());
  CHECK(ends.server->peer_name().empty());
}

TEST_CASE("a certificate that is foreign, expired, or not yet valid is not accepted", "[tls]") {
  Trial trial;
  Authority stranger;
  const auto refused = [&](const tls::CertificatePair& shown) {
    const auto ends = trial.meet(shown);
    CHECK(ends->server_error == TransportError::untrusted);
    CHECK_FALSE(ends->server->is_ready());
    CHECK(ends->server->peer_name().empty());
    return ends->server->failure();
  };
  (void)refused(stranger.issue({.common_name = "machine-7"}));
  CHECK(refused(trial.authority.issue(
                    {.common_name = "machine-7", .begins = hours{-48}, .ends = hours{-24}}))
            .find("expired") != std::string::npos);
  CHECK(refused(trial.authority.issue(
                    {.common_name = "machine-7", .begins = hours{24}, .ends = hours{48}}))
            .find("not yet") != std::string::npos);
}

TEST_CASE("a revocation list beside the authority keeps out those that it names", "[tls]") {
  Authority authority;
  const auto lost = authority.issue({.common_name = "lost"});
  const auto kept = authority.issue({.common_name = "kept"});
  const std::string list = authority.revoke(lost);
  Trial trial(std::move(authority), list);

  const auto ends = trial.meet(lost);
  CHECK(ends->server_error == TransportError::untrusted);
  CHECK(ends->server->failure().find("revoked") != std::string::npos);
  CHECK(trial.meet(kept)->server->peer_name() == "kept");
}

TEST_CASE("a revocation list that cannot be read is refused with a reason", "[tls]") {
  Authority authority;
  const auto made =
      tls::Server::make({.pair = make_pair(),
                         .client_ca = authority.certificate() +
                                      "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"});
  REQUIRE_FALSE(made);
  CHECK(made.error().starts_with("client-ca: not a revocation list in PEM form"));
}
