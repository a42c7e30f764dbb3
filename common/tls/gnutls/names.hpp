// The names in a certificate: a host name, or an IP address in its binary form (RFC 5280 §4.2.1.6).
#pragma once

#include "common/core/result.hpp"

#include <string>

namespace voice::tls {

struct CertificateName {
  std::string text;     // as given
  std::string address;  // 4 or 16 bytes in network order; empty: a host name
};

/// Fails with an error message: empty, longer than 253 characters, or characters that no host name
/// has.
[[nodiscard]] expected<CertificateName, std::string> parse_certificate_name(
    const std::string& text);

}  // namespace voice::tls
