#include "common/tls/tls_client.hpp"

#include "common/tls/gnutls/names.hpp"
#include "common/tls/gnutls/stream.hpp"

#include <algorithm>

namespace voice::tls {
namespace {

constexpr std::string_view protocol_name = "voice/1";  // RFC 7301

// What belongs into the ClientHello: no address (RFC 6066 §3). GnuTLS writes names in other scripts
// as RFC 5891 demands.
bool is_server_name(const std::string& host) {
  const auto is_of_other_script = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  if (std::any_of(host.begin(), host.end(), is_of_other_script)) return true;
  const auto name = parse_certificate_name(host);
  return name && name->address.empty();
}

class GnutlsClient final : public Client, public std::enable_shared_from_this<GnutlsClient> {
 public:
  GnutlsClient(Credentials credentials, Priority priority)
      : credentials_(std::move(credentials)), priority_(std::move(priority)) {}

  [[nodiscard]] std::unique_ptr<Transport> connect(const ServerIdentity& identity) const override;

  void prepare(Stream& stream, const std::string& host) const {
    if (!stream.set_up(GNUTLS_CRD_CERTIFICATE, credentials_.get(), priority_.get())) return;
    gnutls_session_t const session = stream.session();
    if (is_server_name(host)) {
      gnutls_server_name_set(session, GNUTLS_NAME_DNS, host.data(), host.size());
    }
    const gnutls_datum_t name = datum(protocol_name);
    gnutls_alpn_set_protocols(session, &name, 1, 0);
  }

 private:
  Credentials credentials_;
  Priority priority_;
};

class ClientTransport final : public Transport, private Stream::Judge {
 public:
  ClientTransport(std::shared_ptr<const GnutlsClient> client, ServerIdentity identity)
      : client_(std::move(client)), identity_(std::move(identity)), stream_(GNUTLS_CLIENT, false) {
    client_->prepare(stream_, identity_.host);
    // The first flight. Before anything has arrived, it can fail only for lack of memory.
    (void)stream_.shake_hands(*this);
  }

  [[nodiscard]] expected<std::optional<Bytes>, TransportError> next(Bytes& wire) override {
    return stream_.next(wire, *this);
  }
  [[nodiscard]] bool mid_message() const noexcept override { return stream_.mid_message(); }
  void set_message_bytes_max(std::size_t bytes) noexcept override {
    stream_.set_message_bytes_max(bytes);
  }
  [[nodiscard]] bool is_ready() const noexcept override { return stream_.is_ready(); }
  [[nodiscard]] Bytes seal(Bytes message) override { return stream_.seal(message); }
  [[nodiscard]] Bytes own() override { return stream_.own(); }
  [[nodiscard]] bool may_have_own() const noexcept override { return stream_.may_have_own(); }
  void finish() override { stream_.finish(); }
  [[nodiscard]] std::string failure() const override { return stream_.failure(); }

  [[nodiscard]] std::string description() const override { return stream_.description(); }

 private:
  [[nodiscard]] std::optional<TransportError> objection(gnutls_session_t session,
                                                        std::string& why) override {
    const auto shown = fingerprint_of(session);
    if (!shown) {
      why = "the server presented no certificate";
      return TransportError::untrusted;
    }
    const Trust trust = judge(session, *shown, why);
    if (identity_.on_judged) identity_.on_judged(trust, *shown, why);
    if (trust == Trust::authority || trust == Trust::known) return std::nullopt;
    return trust == Trust::not_yet ? TransportError::not_yet_valid : TransportError::untrusted;
  }

  [[nodiscard]] Trust judge(gnutls_session_t session, const Fingerprint& shown,
                            std::string& why) const {
    if (identity_.known && *identity_.known == shown) return Trust::known;
    unsigned int status = 0;
    const int error =
        verify_peer(session, GNUTLS_KP_TLS_WWW_SERVER, identity_.host.c_str(), status);
    if (!identity_.only_known && error == 0 && status == 0) return Trust::authority;
    why = error != 0 ? failed("the server's certificate", error) : certificate_fault(status);
    constexpr unsigned int not_yet = GNUTLS_CERT_INVALID | GNUTLS_CERT_NOT_ACTIVATED;
    if (!identity_.only_known && error == 0 && status == not_yet) return Trust::not_yet;
    return identity_.known ? Trust::changed : Trust::unknown;
  }

  [[nodiscard]] static std::optional<Fingerprint> fingerprint_of(gnutls_session_t session) {
    unsigned int count = 0;
    const gnutls_datum_t* const chain = gnutls_certificate_get_peers(session, &count);
    if (chain == nullptr || count == 0) return std::nullopt;
    Fingerprint fingerprint{};
    std::size_t size = fingerprint.size();
    if (gnutls_fingerprint(GNUTLS_DIG_SHA256, chain, fingerprint.data(), &size) != 0) return {};
    return fingerprint;
  }

  std::shared_ptr<const GnutlsClient> client_;
  ServerIdentity identity_;
  Stream stream_;
};

std::unique_ptr<Transport> GnutlsClient::connect(const ServerIdentity& identity) const {
  return std::make_unique<ClientTransport>(shared_from_this(), identity);
}

}  // namespace

expected<std::shared_ptr<const Client>, std::string> Client::make(const ClientOptions& options) {
  auto credentials = make_credentials();
  if (!credentials) return unexpected(credentials.error());
  auto priority = make_priority(true);
  if (!priority) return unexpected(priority.error());
  if (!options.ca) {
    // None at all is no error: a server may be known by its fingerprint.
    gnutls_certificate_set_x509_system_trust(credentials->get());
  } else {
    if (options.ca->empty()) return unexpected(std::string("is empty"));
    const gnutls_datum_t ca = datum(*options.ca);
    const int count =
        gnutls_certificate_set_x509_trust_mem(credentials->get(), &ca, GNUTLS_X509_FMT_PEM);
    if (count < 0) return unexpected(failed("not certificates in PEM form", count));
    if (count == 0) return unexpected(std::string("holds no certificate"));
  }
  if (options.pair) {
    const gnutls_datum_t certificate = datum(options.pair->certificate);
    const gnutls_datum_t key = datum(options.pair->key);
    const int error = gnutls_certificate_set_x509_key_mem(credentials->get(), &certificate, &key,
                                                          GNUTLS_X509_FMT_PEM);
    if (error < 0) return unexpected(failed("not a certificate and its key in PEM form", error));
  }
  return std::make_shared<const GnutlsClient>(std::move(*credentials), std::move(*priority));
}

}  // namespace voice::tls
