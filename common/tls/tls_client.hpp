// The client's half of TLS (RFC 8446), and what it trusts: an authority, or a certificate that it
// knows already. No socket, no file except the system's authorities.
#pragma once

#include "common/core/result.hpp"
#include "common/tls/certificate.hpp"
#include "common/transport/transport.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace voice::tls {

struct ClientOptions {
  /// PEM: only these authorities count. None: those of the system. A text without any is an error.
  std::optional<std::string> ca = {};
  std::optional<CertificatePair> pair = {};  // the client's own certificate, if it has one
};

/// The client's verdict on the server's certificate.
enum class Trust : std::uint8_t {
  authority,  // an authority vouches for it, and for the host
  known,      // it is the one that is known
  unknown,    // no authority vouches for it, and none of this server is known
  changed,    // no authority vouches for it, and another one is known
  not_yet,    // an authority vouches for it, from a time on that has not come by our clock
};

/// The host that the client connects to, and what is known of its certificate.
struct ServerIdentity {
  std::string host;  // as the user gave it: a name or an IP address
  /// Of the certificate that it showed before, or that the user expects: this one is trusted.
  std::optional<Fingerprint> known = {};
  /// Only `known` counts, whatever the authorities say.
  bool only_known = false;
  /// Told once, before next() says whether it is an error; may be empty. `why` says what is wrong
  /// with the certificate, for people; empty: nothing is.
  std::function<void(Trust, const Fingerprint& shown, const std::string& why)> on_judged = {};
};

class Client {
 public:
  /// Fails with an error message.
  [[nodiscard]] static expected<std::shared_ptr<const Client>, std::string> make(
      const ClientOptions& options);
  Client() = default;
  virtual ~Client() = default;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// For a new connection. Its own() has the first bytes. A certificate that is not trusted is an
  /// error, TransportError::untrusted or not_yet_valid, before anything of ours is sealed.
  [[nodiscard]] virtual std::unique_ptr<Transport> connect(
      const ServerIdentity& identity) const = 0;
};

}  // namespace voice::tls
