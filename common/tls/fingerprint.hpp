// The fingerprint of a certificate: the SHA-256 hash of its DER form, which identifies it. As text:
// "sha256:" and 64 hexadecimal digits; "openssl x509 -noout -fingerprint -sha256" prints the same
// digits.
#pragma once

#include "common/core/bytes.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace voice::tls {

using Fingerprint = std::array<std::uint8_t, 32>;

/// "sha256:" and 64 lower-case digits.
[[nodiscard]] std::string to_string(const Fingerprint& fingerprint);

/// Accepts upper and lower case, and colons between the bytes, with or without "sha256:" in front.
[[nodiscard]] std::optional<Fingerprint> parse_fingerprint(std::string_view text);

}  // namespace voice::tls
