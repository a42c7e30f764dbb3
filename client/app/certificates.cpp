#include "client/app/certificates.hpp"

#include "client/app/known_servers.hpp"

#include <utility>

namespace voicecli {

using voice::app::Exit;
using voice::app::ExitCode;

namespace {

voice::expected<std::string, Exit> read_pem(const std::string& path, const std::string& place) {
  constexpr std::size_t pem_bytes_max = std::size_t{1024} * 1024;
  auto text = voice::app::read_text_file(path, pem_bytes_max, voice::app::Pipes::allowed);
  const auto wrong = [&](const std::string& reason) {
    return voice::unexpected(Exit{ExitCode::usage, place + ": " + path + ": " + reason});
  };
  if (!text) return wrong(text.error().reason);
  if (text->size() > pem_bytes_max) return wrong("is longer than 1 MiB");
  return std::move(*text);
}

/// The certificates of `config` as texts.
voice::expected<voice::tls::ClientOptions, Exit> read_certificates(
    const Config& config, const voice::app::Options& options) {
  voice::tls::ClientOptions tls;
  if (!config.tls_ca.empty()) {
    auto ca = read_pem(config.tls_ca, options.place_of("tls-ca"));
    if (!ca) return voice::unexpected(ca.error());
    tls.ca = std::move(*ca);
  }
  if (config.tls_certificate.empty() != config.tls_key.empty()) {
    return voice::unexpected(
        Exit{ExitCode::usage, "tls-certificate and tls-key belong together; set both"});
  }
  if (config.tls_certificate.empty()) return tls;
  auto certificate = read_pem(config.tls_certificate, options.place_of("tls-certificate"));
  if (!certificate) return voice::unexpected(certificate.error());
  auto key = read_pem(config.tls_key, options.place_of("tls-key"));
  if (!key) return voice::unexpected(key.error());
  tls.pair = voice::tls::CertificatePair{std::move(*certificate), std::move(*key)};
  return tls;
}

/// A user who names a certificate but forgets `tls` must not call unencrypted, except with
/// --no-tls.
voice::expected<void, Exit> check_no_tls(const Config& config, const voice::app::Options& options) {
  if (options.origin("tls") != voice::app::Origin::preset) return {};
  for (const auto& [name, value] :
       {std::pair{"tls-ca", &config.tls_ca}, std::pair{"tls-fingerprint", &config.tls_fingerprint},
        std::pair{"tls-certificate", &config.tls_certificate},
        std::pair{"tls-key", &config.tls_key}}) {
    if (value->empty()) continue;
    return voice::unexpected(Exit{
        ExitCode::usage,
        options.place_of(name) + ": is set, but the call would not be encrypted; set tls as well"});
  }
  return {};
}

}  // namespace

voice::expected<void, Exit> prepare_tls(ClientOptions& client, const Config& config,
                                        const voice::app::Options& options) {
  if (!config.tls) return check_no_tls(config, options);
  const auto read = read_certificates(config, options);
  if (!read) return voice::unexpected(read.error());
  auto tls = voice::tls::Client::make(*read);
  if (!tls) {
    const std::string place = options.place_of(!voice::tls::is_available() ? "tls"
                                               : config.tls_ca.empty()     ? "tls-certificate"
                                                                           : "tls-ca");
    return voice::unexpected(Exit{ExitCode::usage, place + ": " + tls.error()});
  }
  client.tls = std::move(*tls);
  client.identity.host = client.host;
  if (!config.tls_fingerprint.empty()) {
    client.identity.known = voice::tls::parse_fingerprint(config.tls_fingerprint);
    client.identity.only_known = true;
    return {};
  }
  if (!config.tls_ca.empty()) return {};
  const auto known = find_known(known_servers_file(config.known_servers), client.caller.server);
  if (!known) {
    return voice::unexpected(
        Exit{ExitCode::usage, options.place_of("known-servers") + ": " + known.error()});
  }
  client.identity.known = *known;
  return {};
}

}  // namespace voicecli
