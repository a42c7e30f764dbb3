// What the files in this directory share: the types of GnuTLS with owners, and its errors as text.
#pragma once

#include "common/core/result.hpp"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include <memory>
#include <string>
#include <string_view>

namespace voice::tls {

struct FreeCredentials {
  void operator()(gnutls_certificate_credentials_t it) const noexcept {
    gnutls_certificate_free_credentials(it);
  }
};
struct FreePriority {
  void operator()(gnutls_priority_t it) const noexcept { gnutls_priority_deinit(it); }
};
struct FreeSession {
  void operator()(gnutls_session_t it) const noexcept { gnutls_deinit(it); }
};
struct FreeCertificate {
  void operator()(gnutls_x509_crt_t it) const noexcept { gnutls_x509_crt_deinit(it); }
};
struct FreeKey {
  void operator()(gnutls_x509_privkey_t it) const noexcept { gnutls_x509_privkey_deinit(it); }
};
using Credentials =
    std::unique_ptr<std::remove_pointer_t<gnutls_certificate_credentials_t>, FreeCredentials>;
using Priority = std::unique_ptr<std::remove_pointer_t<gnutls_priority_t>, FreePriority>;
using SessionHandle = std::unique_ptr<std::remove_pointer_t<gnutls_session_t>, FreeSession>;
using Certificate = std::unique_ptr<std::remove_pointer_t<gnutls_x509_crt_t>, FreeCertificate>;
using Key = std::unique_ptr<std::remove_pointer_t<gnutls_x509_privkey_t>, FreeKey>;

/// A view of `text`, which outlives it.
[[nodiscard]] inline gnutls_datum_t datum(std::string_view text) noexcept {
  return {reinterpret_cast<unsigned char*>(const_cast<char*>(text.data())),
          static_cast<unsigned int>(text.size())};
}

/// "what: why", without a full stop.
[[nodiscard]] inline std::string failed(std::string_view what, int error) {
  std::string why = gnutls_strerror(error);
  if (!why.empty() && why.back() == '.') why.pop_back();
  return std::string(what) + ": " + why;
}

/// Which versions and suites are spoken: only such with forward secrecy and AEAD.
[[nodiscard]] expected<Priority, std::string> make_priority(bool with_tls12);
[[nodiscard]] expected<Credentials, std::string> make_credentials();
/// Checks the peer's chain, what its certificate is for (RFC 5280 §4.2.1.12; one that does not say
/// is for everything), and the name of the host. Returns an error below zero, or 0 with `status`.
/// @param purpose GNUTLS_KP_TLS_WWW_…: the side that the peer is on
/// @param host    null: any
[[nodiscard]] int verify_peer(gnutls_session_t session, const char* purpose, const char* host,
                              unsigned int& status);
/// What a verification found, for people: "the certificate is not trusted. It has expired".
[[nodiscard]] std::string certificate_fault(unsigned int status);
/// The first certificate of a PEM text.
[[nodiscard]] expected<Certificate, std::string> first_certificate(const std::string& pem);

}  // namespace voice::tls
