// Clients that try to make the server compute a lot.
#include "tests/common/tls/authority.hpp"
#include "tests/common/tls/raw_client.hpp"

#include <gnutls/abstract.h>

#include <array>

using namespace voice;
using namespace voice::test;

namespace {

constexpr const char* usual = "NORMAL:-VERS-ALL:+VERS-TLS1.3";
// Offers a key of a group that our server does not support, so the server asks for another.
constexpr const char* wrong_group =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-SECP521R1:+GROUP-X25519";

std::unique_ptr<Transport> accept(const tls::ServerOptions& options) {
  auto server = make_server(options)->accept();
  server->set_message_bytes_max(4096);
  return server;
}

std::optional<TransportError> give_turn(Transport& server) {
  REQUIRE(server.wants_turn());
  server.give_turn();
  return hear(server, {}).error;
}

// Continues until both are ready for messages.
void shake_hands(Transport& server, RawClient& client) {
  ByteVector said = client.shake_hands();
  for (int step = 0; step < 8 && !server.is_ready(); ++step) {
    REQUIRE_FALSE(hear(server, said).error);
    if (server.wants_turn()) REQUIRE_FALSE(give_turn(server));
    said = client.shake_hands(take_own(server));
  }
  REQUIRE(server.is_ready());
  REQUIRE(client.is_ready());
}

// Shows a certificate with a key of 16384 bits, without having the private key. Verifying its
// signature takes the server a second.
class Pretender {
 public:
  explicit Pretender(const std::string& issuer) : credentials_(*tls::make_credentials()) {
    gnutls_x509_crt_t made = nullptr;
    need(gnutls_x509_crt_init(&made));
    const tls::Certificate certificate(made);
    const auto now = std::time(nullptr);
    need(gnutls_x509_crt_set_version(made, 3));
    need(gnutls_x509_crt_set_serial(made, "\1", 1));
    need(gnutls_x509_crt_set_activation_time(made, now - 3600));
    need(gnutls_x509_crt_set_expiration_time(made, now + 3600));
    need(gnutls_x509_crt_set_dn_by_oid(made, GNUTLS_OID_X520_COMMON_NAME, 0, "machine-7", 9));
    set_key(made);
    sign(made, issuer);
    show(made);
  }
  [[nodiscard]] gnutls_certificate_credentials_t credentials() const { return credentials_.get(); }

 private:
  static constexpr std::size_t key_bytes = 2048;

  static void need(int result) {
    INFO(gnutls_strerror(result));
    REQUIRE(result >= 0);
  }
  void set_key(gnutls_x509_crt_t certificate) {
    std::array<std::uint8_t, key_bytes> number{};
    number.fill(0xB7);
    const gnutls_datum_t key{number.data(), key_bytes};
    gnutls_pubkey_t made = nullptr;
    need(gnutls_pubkey_init(&made));
    need(gnutls_pubkey_import_rsa_raw(made, &key, &key));
    need(gnutls_x509_crt_set_pubkey(certificate, made));
    gnutls_pubkey_deinit(made);
  }
  // Signs in the name of the authority, but not with its key.
  void sign(gnutls_x509_crt_t certificate, const std::string& issuer) {
    gnutls_x509_privkey_t key = nullptr;
    need(gnutls_x509_privkey_init(&key));
    const tls::Key key_owner(key);
    need(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
                                      GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
    gnutls_x509_crt_t liar = nullptr;
    need(gnutls_x509_crt_init(&liar));
    const tls::Certificate liar_owner(liar);
    need(gnutls_x509_crt_set_version(liar, 3));
    need(gnutls_x509_crt_set_dn_by_oid(liar, GNUTLS_OID_X520_COMMON_NAME, 0, issuer.data(),
                                       static_cast<unsigned int>(issuer.size())));
    need(gnutls_x509_crt_set_key(liar, key));
    need(gnutls_x509_crt_sign2(certificate, liar, key, GNUTLS_DIG_SHA256, 0));
  }
  void show(gnutls_x509_crt_t certificate) {
    const auto info = [](gnutls_privkey_t, unsigned int what, void*) -> int {
      if (what & GNUTLS_PRIVKEY_INFO_PK_ALGO) return GNUTLS_PK_RSA;
      if (what & GNUTLS_PRIVKEY_INFO_PK_ALGO_BITS) return 8 * static_cast<int>(key_bytes);
      return (what & GNUTLS_PRIVKEY_INFO_HAVE_SIGN_ALGO) != 0 ? 1 : -1;
    };
    const auto sign = [](gnutls_privkey_t, gnutls_sign_algorithm_t, void*, unsigned int,
                         const gnutls_datum_t*, gnutls_datum_t* made) -> int {
      made->data = static_cast<unsigned char*>(gnutls_calloc(key_bytes, 1));
      made->size = key_bytes;
      std::fill_n(made->data, key_bytes, std::uint8_t{0x5A});
      return 0;
    };
    gnutls_privkey_t key = nullptr;
    need(gnutls_privkey_init(&key));
    need(gnutls_privkey_import_ext4(key, nullptr, sign, sign, nullptr, nullptr, info, 0));
    gnutls_pcert_st shown{};
    need(gnutls_pcert_import_x509(&shown, certificate, 0));
    gnutls_certificate_set_flags(credentials_.get(), GNUTLS_CERTIFICATE_SKIP_KEY_CERT_MATCH);
    need(gnutls_certificate_set_key(credentials_.get(), nullptr, 0, &shown, 1, key));
  }

  tls::Credentials credentials_;
};

}  // namespace

TEST_CASE("a client of another protocol does not get through, one that names none does", "[tls]") {
  const bool is_old = GENERATE(false, true);
  const char* const priority = is_old ? "NORMAL:-VERS-ALL:+VERS-TLS1.2" : usual;
  const tls::ServerOptions options{.pair = make_pair(), .version_min = tls::Version::tls12};
  SECTION("its own") {
    const auto server = accept(options);
    RawClient client(priority);
    client.offer("voice/1");
    shake_hands(*server, client);
    CHECK(client.protocol() == "voice/1");
  }
  SECTION("none") {
    const auto server = accept(options);
    RawClient client(priority);
    shake_hands(*server, client);
    CHECK(client.protocol().empty());
  }
  SECTION("another") {
    const auto server = accept(options);
    RawClient client(priority);
    client.offer("http/1.1");
    REQUIRE_FALSE(hear(*server, client.shake_hands()).error);
    CHECK(give_turn(*server) == TransportError::handshake);
    CHECK(server->failure().find("application protocol") != std::string::npos);
    // fatal, no_application_protocol (RFC 7301 §3.2), and nothing else
    const ByteVector said = take_own(*server);
    REQUIRE(said.size() == 7);
    CHECK(said[0] == 21);
    CHECK(said[5] == 2);
    CHECK(said[6] == 120);
  }
}

TEST_CASE("no step of a handshake is taken outside of its turn", "[tls]") {
  const auto server = accept({.pair = make_pair()});
  RawClient client(usual);
  REQUIRE_FALSE(hear(*server, client.shake_hands()).error);
  CHECK(take_own(*server).empty());
  REQUIRE_FALSE(give_turn(*server));
  REQUIRE_FALSE(hear(*server, client.shake_hands(take_own(*server))).error);
  REQUIRE(client.is_ready());
  CHECK_FALSE(server->is_ready());
  REQUIRE_FALSE(give_turn(*server));
  CHECK(server->is_ready());
  CHECK_FALSE(server->wants_turn());
}

TEST_CASE("a client that is asked for another key waits for another turn", "[tls]") {
  const auto server = accept({.pair = make_pair()});
  RawClient client(wrong_group, GNUTLS_KEY_SHARE_TOP);
  REQUIRE_FALSE(hear(*server, client.shake_hands()).error);
  REQUIRE_FALSE(give_turn(*server));
  // A HelloRetryRequest: no key, no certificate, no signature.
  const ByteVector retry = take_own(*server);
  CHECK(retry.size() < 200);
  REQUIRE_FALSE(hear(*server, client.shake_hands(retry)).error);
  CHECK(take_own(*server).empty());
  REQUIRE_FALSE(give_turn(*server));
  CHECK(take_own(*server).size() > 400);
}

TEST_CASE("a certificate that nobody vouches for is refused before its key is used", "[tls]") {
  Authority authority;
  const bool is_needed = GENERATE(true, false);
  const auto server = accept({.pair = make_pair(),
                              .client_ca = authority.certificate(),
                              .needs_client_certificate = is_needed});
  const Pretender pretender("authority");
  RawClient client(usual, GNUTLS_FORCE_CLIENT_CERT, pretender.credentials());
  REQUIRE_FALSE(hear(*server, client.shake_hands()).error);
  REQUIRE_FALSE(give_turn(*server));
  REQUIRE_FALSE(hear(*server, client.shake_hands(take_own(*server))).error);
  REQUIRE(client.is_ready());
  // Had the signature been verified, the error would be about the signature.
  CHECK(give_turn(*server) == TransportError::untrusted);
  CHECK(server->failure().find("NOT trusted") != std::string::npos);
}

TEST_CASE("a client that sends records without end, and no messages, is disconnected", "[tls]") {
  const auto server = accept({.pair = make_pair()});
  RawClient client(usual);
  shake_hands(*server, client);

  SECTION("a byte of a message in each") {
    const ByteVector long_message = message(std::string(2000, 'x'));
    const Heard heard = hear(*server, client.in_records(long_message, 1));
    CHECK(heard.messages.empty());
    CHECK(heard.error == TransportError::flooding);
    CHECK_FALSE(server->is_ready());
  }
  SECTION("a client that writes in small pieces stays connected") {
    const ByteVector frame = message(std::string(176, 'x'));
    for (int i = 0; i < 1000; ++i) {
      const Heard heard = hear(*server, client.in_records(frame, 30));
      REQUIRE_FALSE(heard.error);
      REQUIRE(heard.messages.size() == 1);
    }
  }
}

TEST_CASE("a handshake with too many records fails", "[tls]") {
  const auto server = accept({.pair = make_pair()});
  const ByteVector change_cipher_spec{20, 3, 3, 0, 1, 1};
  RawClient client(usual);
  REQUIRE_FALSE(hear(*server, client.shake_hands()).error);
  REQUIRE_FALSE(give_turn(*server));
  std::optional<TransportError> error;
  int records = 0;
  for (; records < 200 && !error; ++records) {
    error = hear(*server, change_cipher_spec).error;
    if (!error && server->wants_turn()) error = give_turn(*server);
  }
  CHECK(error == TransportError::handshake);
  CHECK(records <= 65);
}
