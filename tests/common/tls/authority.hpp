// A certificate authority for tests: issues certificates to clients, and revokes them.
#pragma once

#include "common/tls/certificate.hpp"
#include "common/tls/gnutls/library.hpp"

#include "tests/support/catch.hpp"

#include <array>
#include <chrono>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

namespace voice::test {

class Authority {
 public:
  struct Wanted {
    std::string common_name = {};  // empty: none
    std::vector<std::pair<gnutls_x509_subject_alt_name_t, std::string>> others = {};
    std::vector<std::string> purposes = {};  // OIDs of the extended key usage; none: no extension
    std::chrono::hours begins{-1};           // relative to now
    std::chrono::hours ends{24};
  };

  Authority() : key_(make_key()), certificate_(make_certificate({.common_name = "authority"})) {
    need(gnutls_x509_crt_set_basic_constraints(certificate_.get(), 1, -1));
    need(gnutls_x509_crt_set_key_usage(certificate_.get(),
                                       GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN));
    need(gnutls_x509_crt_set_key(certificate_.get(), key_.get()));
    need(gnutls_x509_crt_sign2(certificate_.get(), certificate_.get(), key_.get(),
                               GNUTLS_DIG_SHA256, 0));
  }

  /// PEM.
  [[nodiscard]] std::string certificate() const { return pem_of(certificate_.get()); }

  [[nodiscard]] tls::CertificatePair issue(const Wanted& wanted) {
    const tls::Key key = make_key();
    const tls::Certificate certificate = make_certificate(wanted);
    need(gnutls_x509_crt_set_key(certificate.get(), key.get()));
    need(gnutls_x509_crt_sign2(certificate.get(), certificate_.get(), key_.get(), GNUTLS_DIG_SHA256,
                               0));
    gnutls_datum_t out{};
    need(gnutls_x509_privkey_export2_pkcs8(key.get(), GNUTLS_X509_FMT_PEM, nullptr,
                                           GNUTLS_PKCS_PLAIN, &out));
    return {pem_of(certificate.get()), taken(out)};
  }

  /// A revocation list with this certificate alone, PEM.
  [[nodiscard]] std::string revoke(const tls::CertificatePair& pair) const {
    gnutls_x509_crl_t made = nullptr;
    need(gnutls_x509_crl_init(&made));
    const std::time_t now = std::time(nullptr);
    need(gnutls_x509_crl_set_version(made, 2));
    need(gnutls_x509_crl_set_crt(made, tls::first_certificate(pair.certificate)->get(), now - 60));
    need(gnutls_x509_crl_set_this_update(made, now - 60));
    need(gnutls_x509_crl_set_next_update(made, now + 86400));
    need(gnutls_x509_crl_sign2(made, certificate_.get(), key_.get(), GNUTLS_DIG_SHA256, 0));
    gnutls_datum_t out{};
    need(gnutls_x509_crl_export2(made, GNUTLS_X509_FMT_PEM, &out));
    gnutls_x509_crl_deinit(made);
    return taken(out);
  }

 private:
  static void need(int result) {
    INFO(gnutls_strerror(result));
    REQUIRE(result >= 0);
  }
  static std::string taken(gnutls_datum_t out) {
    std::string text(reinterpret_cast<const char*>(out.data), out.size);
    gnutls_free(out.data);
    return text;
  }
  static std::string pem_of(gnutls_x509_crt_t certificate) {
    gnutls_datum_t out{};
    need(gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &out));
    return taken(out);
  }
  static tls::Key make_key() {
    gnutls_x509_privkey_t made = nullptr;
    need(gnutls_x509_privkey_init(&made));
    tls::Key key(made);
    need(gnutls_x509_privkey_generate(made, GNUTLS_PK_ECDSA,
                                      GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
    return key;
  }
  // Not signed yet.
  tls::Certificate make_certificate(const Wanted& wanted) {
    gnutls_x509_crt_t made = nullptr;
    need(gnutls_x509_crt_init(&made));
    tls::Certificate certificate(made);
    const auto now = std::time(nullptr);
    const std::array<std::uint8_t, 2> serial{0x40, ++serial_};
    need(gnutls_x509_crt_set_version(made, 3));
    need(gnutls_x509_crt_set_serial(made, serial.data(), serial.size()));
    need(gnutls_x509_crt_set_activation_time(made,
                                             now + std::chrono::seconds(wanted.begins).count()));
    need(
        gnutls_x509_crt_set_expiration_time(made, now + std::chrono::seconds(wanted.ends).count()));
    if (!wanted.common_name.empty()) {
      need(gnutls_x509_crt_set_dn_by_oid(made, GNUTLS_OID_X520_COMMON_NAME, 0,
                                         wanted.common_name.data(),
                                         static_cast<unsigned int>(wanted.common_name.size())));
    }
    for (const auto& [kind, text] : wanted.others) {
      need(gnutls_x509_crt_set_subject_alt_name(
          made, kind, text.data(), static_cast<unsigned int>(text.size()), GNUTLS_FSAN_APPEND));
    }
    for (const std::string& purpose : wanted.purposes) {
      need(gnutls_x509_crt_set_key_purpose_oid(made, purpose.c_str(), 0));
    }
    return certificate;
  }

  std::uint8_t serial_ = 0;
  tls::Key key_;
  tls::Certificate certificate_;
};

}  // namespace voice::test
