// What the TLS connections of a run share (--tls).
#pragma once

#include "common/tls/tls_client.hpp"

#include <memory>
#include <string>

namespace voicebench {

struct Encryption {
  std::shared_ptr<const voice::tls::Client> client;
  voice::tls::ServerIdentity identity;
};

/// For a server with the certificate in this PEM file; null if the path is empty. Throws if the
/// file cannot be read.
[[nodiscard]] std::shared_ptr<const Encryption> encryption_to(const std::string& certificate);

}  // namespace voicebench
