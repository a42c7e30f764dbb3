#include "common/tls/certificate.hpp"

#include "common/core/assert.hpp"
#include "common/tls/gnutls/library.hpp"
#include "common/tls/gnutls/names.hpp"

#include <gnutls/crypto.h>

#include <algorithm>

namespace voice::tls {
namespace {

using std::chrono::sys_seconds;

// The clock of a client may be behind ours.
constexpr std::chrono::hours begins_before{1};
constexpr std::chrono::hours valid_for{24 * 3653};  // ten years
constexpr std::size_t serial_bytes = 16;

// Collects the first error of several calls; GnuTLS returns errors as numbers below zero.
class Steps {
 public:
  void operator()(int result) noexcept {
    if (error_ == 0 && result < 0) error_ = result;
  }
  [[nodiscard]] int error() const noexcept { return error_; }

 private:
  int error_ = 0;
};

std::string pem_of(gnutls_x509_crt_t certificate, Steps& step) {
  gnutls_datum_t out{};
  step(gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &out));
  std::string text(reinterpret_cast<const char*>(out.data), out.size);
  gnutls_free(out.data);
  return text;
}

// As PKCS #8, which every program reads.
std::string pem_of(gnutls_x509_privkey_t key, Steps& step) {
  gnutls_datum_t out{};
  step(gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, nullptr, GNUTLS_PKCS_PLAIN,
                                         &out));
  std::string text(reinterpret_cast<const char*>(out.data), out.size);
  gnutls_free(out.data);
  return text;
}

void set_serial(gnutls_x509_crt_t certificate, Steps& step) {
  std::array<std::uint8_t, serial_bytes> serial{};
  step(gnutls_rnd(GNUTLS_RND_NONCE, serial.data(), serial.size()));
  serial[0] = (serial[0] & 0x7f) | 0x40;  // positive, and of full length (RFC 5280 §4.1.2.2)
  step(gnutls_x509_crt_set_serial(certificate, serial.data(), serial.size()));
}

// A server that is its own authority for nothing but itself (RFC 5280 §4.2.1).
void set_usage(gnutls_x509_crt_t certificate, Steps& step) {
  step(gnutls_x509_crt_set_basic_constraints(certificate, 0, -1));
  step(gnutls_x509_crt_set_key_usage(certificate, GNUTLS_KEY_DIGITAL_SIGNATURE));
  step(gnutls_x509_crt_set_key_purpose_oid(certificate, GNUTLS_KP_TLS_WWW_SERVER, 0));
}

void set_names(gnutls_x509_crt_t certificate, const std::vector<CertificateName>& names,
               Steps& step) {
  const CertificateName& first = names.front();
  step(gnutls_x509_crt_set_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, first.text.data(),
                                     static_cast<unsigned int>(first.text.size())));
  for (const CertificateName& name : names) {
    const bool is_address = !name.address.empty();
    const std::string& data = is_address ? name.address : name.text;
    step(gnutls_x509_crt_set_subject_alt_name(
        certificate, is_address ? GNUTLS_SAN_IPADDRESS : GNUTLS_SAN_DNSNAME, data.data(),
        static_cast<unsigned int>(data.size()), GNUTLS_FSAN_APPEND));
  }
}

expected<Key, std::string> make_key() {
  gnutls_x509_privkey_t made = nullptr;
  Steps step;
  step(gnutls_x509_privkey_init(&made));
  Key key(made);
  if (made != nullptr) {
    step(gnutls_x509_privkey_generate(made, GNUTLS_PK_ECDSA,
                                      GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
  }
  if (step.error() != 0) return unexpected(failed("cannot make a key", step.error()));
  return key;
}

std::time_t time_of(sys_seconds at) {
  return static_cast<std::time_t>(at.time_since_epoch().count());
}

}  // namespace

bool is_available() noexcept {
  return true;
}

expected<CertificatePair, std::string> make_self_signed(const std::vector<std::string>& names,
                                                        sys_seconds now) {
  VOICE_ASSERT(!names.empty());
  std::vector<CertificateName> parsed;
  for (const std::string& name : names) {
    auto one = parse_certificate_name(name);
    if (!one) return unexpected(one.error());
    parsed.push_back(std::move(*one));
  }
  auto key = make_key();
  if (!key) return unexpected(key.error());
  gnutls_x509_crt_t made = nullptr;
  Steps step;
  step(gnutls_x509_crt_init(&made));
  const Certificate certificate(made);
  if (step.error() != 0) return unexpected(failed("cannot make a certificate", step.error()));
  step(gnutls_x509_crt_set_version(made, 3));
  set_serial(made, step);
  step(gnutls_x509_crt_set_activation_time(made, time_of(now - begins_before)));
  step(gnutls_x509_crt_set_expiration_time(made, time_of(now + valid_for)));
  set_names(made, parsed, step);
  set_usage(made, step);
  step(gnutls_x509_crt_set_key(made, key->get()));
  step(gnutls_x509_crt_sign2(made, made, key->get(), GNUTLS_DIG_SHA256, 0));
  CertificatePair pair{pem_of(made, step), pem_of(key->get(), step)};
  if (step.error() != 0) return unexpected(failed("cannot make a certificate", step.error()));
  return pair;
}

expected<CertificateInfo, std::string> describe(const std::string& certificate_pem) {
  const auto certificate = first_certificate(certificate_pem);
  if (!certificate) return unexpected(certificate.error());
  CertificateInfo info{.not_before = sys_seconds(std::chrono::seconds(
                           gnutls_x509_crt_get_activation_time(certificate->get()))),
                       .not_after = sys_seconds(std::chrono::seconds(
                           gnutls_x509_crt_get_expiration_time(certificate->get())))};
  std::size_t size = info.fingerprint.size();
  const int error = gnutls_x509_crt_get_fingerprint(certificate->get(), GNUTLS_DIG_SHA256,
                                                    info.fingerprint.data(), &size);
  if (error != 0) return unexpected(failed("cannot read the certificate", error));
  return info;
}

}  // namespace voice::tls
