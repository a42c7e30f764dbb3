// Certificates and their keys, as PEM text: makes a self-signed pair, and says what a certificate
// is. Files are read and written elsewhere.
#pragma once

#include "common/core/result.hpp"
#include "common/tls/fingerprint.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace voice::tls {

struct CertificatePair {
  std::string certificate;  // PEM; further certificates of its chain may follow the first
  std::string key;          // PEM, not encrypted
};

/// What a certificate says of itself.
struct CertificateInfo {
  Fingerprint fingerprint{};  // of the first one
  std::chrono::sys_seconds not_before;
  std::chrono::sys_seconds not_after;
};

/// Whether this build can do any of this: without GnuTLS everything below fails and says so.
[[nodiscard]] bool is_available() noexcept;

/// Makes a self-signed certificate (ECDSA P-256, valid from an hour before `now` for ten years) and
/// its key.
/// @param names at least one (asserted): host names and IP addresses under which the server is
///              reached. Fails with an error message if a name is neither.
[[nodiscard]] expected<CertificatePair, std::string> make_self_signed(
    const std::vector<std::string>& names, std::chrono::sys_seconds now);

/// Fails with an error message.
[[nodiscard]] expected<CertificateInfo, std::string> describe(const std::string& certificate_pem);

}  // namespace voice::tls
