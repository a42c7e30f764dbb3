#include "common/tls/tls_server.hpp"

#include "common/tls/gnutls/client_name.hpp"
#include "common/tls/gnutls/stream.hpp"

namespace voice::tls {
namespace {

constexpr std::string_view protocol_name = "voice/1";  // RFC 7301

// Owns everything that connections need, for as long as one of them lives.
class GnutlsServer final : public Server, public std::enable_shared_from_this<GnutlsServer> {
 public:
  GnutlsServer(const CertificateInfo& info, Credentials credentials, Priority priority,
               gnutls_datum_t ticket_key, gnutls_certificate_request_t wanted)
      : Server(info),
        credentials_(std::move(credentials)),
        priority_(std::move(priority)),
        ticket_key_(ticket_key),
        wanted_(wanted) {}
  ~GnutlsServer() override {
    gnutls_memset(ticket_key_.data, 0, ticket_key_.size);
    gnutls_free(ticket_key_.data);
  }

  [[nodiscard]] std::unique_ptr<Transport> accept() const override;

  void prepare(Stream& stream) const {
    if (!stream.set_up(GNUTLS_CRD_CERTIFICATE, credentials_.get(), priority_.get())) return;
    gnutls_session_t const session = stream.session();
    gnutls_session_ticket_enable_server(session, &ticket_key_);
    const gnutls_datum_t name = datum(protocol_name);
    // A client of another protocol must not get through (RFC 7301 §3.2); one that names none may.
    gnutls_alpn_set_protocols(session, &name, 1, GNUTLS_ALPN_MANDATORY);
    gnutls_certificate_server_set_request(session, wanted_);
    if (wanted_ != GNUTLS_CERT_IGNORE) stream.judge_before_signature();
  }
  /// Whether what this client has presented, or has failed to present, is to be judged.
  [[nodiscard]] bool judges(gnutls_session_t session) const noexcept {
    if (wanted_ != GNUTLS_CERT_REQUEST) return wanted_ == GNUTLS_CERT_REQUIRE;
    unsigned int count = 0;
    return gnutls_certificate_get_peers(session, &count) != nullptr && count != 0;
  }

 private:
  Credentials credentials_;
  Priority priority_;
  gnutls_datum_t ticket_key_;
  gnutls_certificate_request_t wanted_;  // a certificate of the client
};

// Allocates a session only when the peer's first bytes arrive.
class ServerTransport final : public Transport, private Stream::Judge {
 public:
  explicit ServerTransport(std::shared_ptr<const GnutlsServer> server)
      : server_(std::move(server)) {}

  [[nodiscard]] expected<std::optional<Bytes>, TransportError> next(Bytes& wire) override {
    if (stream_ == nullptr) {
      if (wire.empty()) return std::optional<Bytes>{};
      stream_ = std::make_unique<Stream>(GNUTLS_SERVER, true);
      stream_->set_message_bytes_max(message_bytes_max_);
      server_->prepare(*stream_);
    }
    return stream_->next(wire, *this);
  }
  [[nodiscard]] bool mid_message() const noexcept override {
    return stream_ != nullptr && stream_->mid_message();
  }
  void set_message_bytes_max(std::size_t bytes) noexcept override {
    message_bytes_max_ = bytes;
    if (stream_ != nullptr) stream_->set_message_bytes_max(bytes);
  }
  [[nodiscard]] bool is_ready() const noexcept override {
    return stream_ != nullptr && stream_->is_ready();
  }
  [[nodiscard]] Bytes seal(Bytes message) override { return stream_->seal(message); }
  [[nodiscard]] Bytes own() override { return stream_ == nullptr ? Bytes{} : stream_->own(); }
  [[nodiscard]] bool wants_turn() const noexcept override {
    return stream_ != nullptr && stream_->wants_turn();
  }
  [[nodiscard]] bool may_have_own() const noexcept override {
    return stream_ != nullptr && stream_->may_have_own();
  }
  void give_turn() noexcept override {
    if (stream_ != nullptr) stream_->give_turn();
  }
  void finish() override {
    if (stream_ == nullptr) stream_ = std::make_unique<Stream>(GNUTLS_SERVER, true);
    stream_->finish();
  }
  [[nodiscard]] std::string failure() const override {
    return stream_ == nullptr ? std::string() : stream_->failure();
  }
  [[nodiscard]] std::string description() const override {
    return stream_ == nullptr ? std::string() : stream_->description();
  }
  [[nodiscard]] std::string peer_name() const override {
    const bool has_shown = is_ready() && server_->judges(stream_->session());
    return has_shown ? client_name(stream_->session()) : std::string();
  }

 private:
  [[nodiscard]] std::optional<TransportError> objection(gnutls_session_t session,
                                                        std::string& why) override {
    if (!server_->judges(session)) return std::nullopt;
    unsigned int status = 0;
    const int error = verify_peer(session, GNUTLS_KP_TLS_WWW_CLIENT, nullptr, status);
    if (error == 0 && status == 0) return std::nullopt;
    why = error != 0 ? failed("the client's certificate", error) : certificate_fault(status);
    return TransportError::untrusted;
  }

  std::shared_ptr<const GnutlsServer> server_;
  std::size_t message_bytes_max_ = 0;
  std::unique_ptr<Stream> stream_;
};

std::unique_ptr<Transport> GnutlsServer::accept() const {
  return std::make_unique<ServerTransport>(shared_from_this());
}

// Reads the revocation lists among the authorities (RFC 5280 §5). Returns what was wrong, or
// nothing.
std::string revoke(gnutls_certificate_credentials_t credentials, const std::string& pem) {
  if (pem.find("-----BEGIN X509 CRL-----") == std::string::npos) return {};
  const gnutls_datum_t lists = datum(pem);
  const int result = gnutls_certificate_set_x509_crl_mem(credentials, &lists, GNUTLS_X509_FMT_PEM);
  return result < 0 ? failed("not a revocation list in PEM form", result) : std::string();
}

// Returns what was wrong, or nothing.
std::string trust_clients_of(gnutls_certificate_credentials_t credentials, const std::string& pem) {
  if (pem.empty()) return "is empty";
  const gnutls_datum_t ca = datum(pem);
  const int count = gnutls_certificate_set_x509_trust_mem(credentials, &ca, GNUTLS_X509_FMT_PEM);
  if (count < 0) return failed("not certificates in PEM form", count);
  if (count == 0) return "holds no certificate";
  return revoke(credentials, pem);
}

}  // namespace

expected<std::shared_ptr<const Server>, std::string> Server::make(const ServerOptions& options) {
  const auto info = tls::describe(options.pair.certificate);
  if (!info) return unexpected("certificate: " + info.error());
  auto credentials = make_credentials();
  if (!credentials) return unexpected(credentials.error());
  auto priority = make_priority(options.version_min == Version::tls12);
  if (!priority) return unexpected(priority.error());
  const gnutls_datum_t certificate = datum(options.pair.certificate);
  const gnutls_datum_t key = datum(options.pair.key);
  int result = gnutls_certificate_set_x509_key_mem(credentials->get(), &certificate, &key,
                                                   GNUTLS_X509_FMT_PEM);
  if (result < 0)
    return unexpected(
        failed("certificate-key: not the key of the certificate, or not a key in PEM form without "
               "a passphrase",
               result));
  if (options.client_ca) {
    if (const std::string fault = trust_clients_of(credentials->get(), *options.client_ca);
        !fault.empty()) {
      return unexpected("client-ca: " + fault);
    }
  }
  const auto wanted = !options.client_ca                 ? GNUTLS_CERT_IGNORE
                      : options.needs_client_certificate ? GNUTLS_CERT_REQUIRE
                                                         : GNUTLS_CERT_REQUEST;
  gnutls_datum_t ticket_key{};
  result = gnutls_session_ticket_key_generate(&ticket_key);
  if (result < 0) return unexpected(failed("cannot prepare TLS", result));
  return std::make_shared<const GnutlsServer>(*info, std::move(*credentials), std::move(*priority),
                                              ticket_key, wanted);
}

}  // namespace voice::tls
