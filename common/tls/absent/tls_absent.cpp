// Takes the place of GnuTLS in a build without it: everything fails and says so.
#include "common/tls/certificate.hpp"
#include "common/tls/tls_client.hpp"
#include "common/tls/tls_server.hpp"

namespace voice::tls {
namespace {

constexpr const char* absent = "this build has no TLS (VOICE_WITH_TLS=OFF)";

}  // namespace

bool is_available() noexcept {
  return false;
}

expected<CertificatePair, std::string> make_self_signed(const std::vector<std::string>& /*names*/,
                                                        std::chrono::sys_seconds /*now*/) {
  return unexpected(std::string(absent));
}

expected<CertificateInfo, std::string> describe(const std::string& /*certificate_pem*/) {
  return unexpected(std::string(absent));
}

expected<std::shared_ptr<const Server>, std::string> Server::make(
    const ServerOptions& /*options*/) {
  return unexpected(std::string(absent));
}

expected<std::shared_ptr<const Client>, std::string> Client::make(
    const ClientOptions& /*options*/) {
  return unexpected(std::string(absent));
}

}  // namespace voice::tls
