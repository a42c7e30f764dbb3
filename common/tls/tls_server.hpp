// The server's half of TLS (RFC 8446): a certificate with its key, and how connections are made
// with it. Can be replaced while connections live: each holds on to the one it was made with. No
// socket, no file. The transports are used by one thread.
#pragma once

#include "common/core/result.hpp"
#include "common/tls/certificate.hpp"
#include "common/transport/transport.hpp"

#include <memory>
#include <optional>
#include <string>

namespace voice::tls {

enum class Version : std::uint8_t { tls12, tls13 };

struct ServerOptions {
  CertificatePair pair;
  /// PEM: a client must present a certificate of one of these authorities that none of the
  /// revocation lists among them names. None: clients need no certificate. A text without any is an
  /// error.
  std::optional<std::string> client_ca = {};
  Version version_min = Version::tls13;  // 1.2: only suites with forward secrecy and AEAD
  /// False: with client_ca, clients without a certificate are let in, too.
  bool needs_client_certificate = true;
};

class Server {
 public:
  /// Fails with an error message: not PEM, a key that does not fit, an encrypted key.
  [[nodiscard]] static expected<std::shared_ptr<const Server>, std::string> make(
      const ServerOptions& options);
  virtual ~Server() = default;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// For a peer that has just connected. Until its first bytes have come, it costs next to nothing;
  /// then it waits for its turn.
  [[nodiscard]] virtual std::unique_ptr<Transport> accept() const = 0;
  [[nodiscard]] const CertificateInfo& certificate() const noexcept { return certificate_; }

 protected:
  explicit Server(const CertificateInfo& certificate) : certificate_(certificate) {}

 private:
  CertificateInfo certificate_;
};

}  // namespace voice::tls
