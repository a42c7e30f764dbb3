#include "common/tls/gnutls/library.hpp"

#include <array>

namespace voice::tls {
namespace {

// RFC 9325 §4.2; groups and ciphers that every current stack has. 1.2 has no suites but these:
// without CBC and static RSA, most of what was ever wrong with it is gone.
constexpr const char* tls13_priority =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:"
    "-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1";
constexpr const char* tls12_priority =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:"
    "-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:-MAC-ALL:+AEAD:"
    "-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1";

}  // namespace

expected<Priority, std::string> make_priority(bool with_tls12) {
  gnutls_priority_t made = nullptr;
  const int error =
      gnutls_priority_init(&made, with_tls12 ? tls12_priority : tls13_priority, nullptr);
  if (error != 0) return unexpected(failed("this GnuTLS lacks what TLS needs", error));
  return Priority(made);
}

expected<Credentials, std::string> make_credentials() {
  gnutls_certificate_credentials_t made = nullptr;
  const int error = gnutls_certificate_allocate_credentials(&made);
  if (error != 0) return unexpected(failed("cannot prepare TLS", error));
  return Credentials(made);
}

int verify_peer(gnutls_session_t session, const char* purpose, const char* host,
                unsigned int& status) {
  const auto data = [](const char* text) {
    return reinterpret_cast<unsigned char*>(const_cast<char*>(text));
  };
  // Size 0: ends with a zero.
  std::array<gnutls_typed_vdata_st, 2> wanted{
      {{GNUTLS_DT_KEY_PURPOSE_OID, data(purpose), 0}, {GNUTLS_DT_DNS_HOSTNAME, data(host), 0}}};
  return gnutls_certificate_verify_peers(session, wanted.data(), host == nullptr ? 1 : 2, &status);
}

std::string certificate_fault(unsigned int status) {
  gnutls_datum_t out{};
  if (gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &out, 0) != 0) {
    return "the certificate is not trusted";
  }
  std::string text(reinterpret_cast<const char*>(out.data), out.size);
  gnutls_free(out.data);
  while (!text.empty() && (text.back() == ' ' || text.back() == '.')) text.pop_back();
  return text;
}

expected<Certificate, std::string> first_certificate(const std::string& pem) {
  gnutls_x509_crt_t made = nullptr;
  int error = gnutls_x509_crt_init(&made);
  if (error != 0) return unexpected(failed("cannot read the certificate", error));
  Certificate certificate(made);
  const gnutls_datum_t text = datum(pem);
  error = gnutls_x509_crt_import(made, &text, GNUTLS_X509_FMT_PEM);
  if (error != 0) return unexpected(failed("not a certificate in PEM form", error));
  return certificate;
}

}  // namespace voice::tls
