#include "server/app/certificate_files.hpp"

#include "common/core/quoted.hpp"
#include "server/app/places.hpp"

#include <boost/asio/ip/host_name.hpp>
#include <spdlog/spdlog.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#ifndef _WIN32
#include <fcntl.h>
#include <unistd.h>
#endif

namespace voiced {
namespace {

namespace fs = std::filesystem;
namespace tls = voice::tls;
using voice::unexpected;

constexpr std::size_t pem_bytes_max = std::size_t{256} * 1024;  // a chain, or many authorities
constexpr const char* certificate_name = "certificate.pem";
constexpr const char* key_name = "certificate-key.pem";

struct Paths {
  std::string certificate;
  std::string key;
};

enum class Origin : std::uint8_t { named, credential, made };

struct Found {
  Paths paths;
  Origin origin;
};

std::string state_directory(const Config& config) {
  return config.state_directory.empty() ? default_state_directory() : config.state_directory;
}

Paths made_in(const std::string& folder) {
  return {(fs::path(folder) / certificate_name).string(), (fs::path(folder) / key_name).string()};
}

bool exists(const std::string& path) {
  std::error_code error;
  return fs::symlink_status(path, error).type() != fs::file_type::not_found;
}

/// Fails with an error message if one of the two is missing.
voice::expected<Found, std::string> find(const Settings& settings) {
  const Config& config = settings.config;
  if (!config.certificate.empty() || !config.certificate_key.empty()) {
    if (!config.certificate.empty() && !config.certificate_key.empty()) {
      return Found{{config.certificate, config.certificate_key}, Origin::named};
    }
    const bool lacks_key = config.certificate_key.empty();
    return unexpected(settings.options->place_of(lacks_key ? "certificate" : "certificate-key") +
                      ": needs `" + (lacks_key ? "certificate-key" : "certificate") +
                      "` beside it; set both");
  }
  const Paths credentials{credential_path(certificate_name), credential_path(key_name)};
  if (!credentials.certificate.empty() || !credentials.key.empty()) {
    if (!credentials.certificate.empty() && !credentials.key.empty()) {
      return Found{credentials, Origin::credential};
    }
    const bool lacks_key = credentials.key.empty();
    return unexpected(std::string("credential: there is ") +
                      (lacks_key ? certificate_name : key_name) + " without " +
                      (lacks_key ? key_name : certificate_name) + "; provide both");
  }
  const std::string folder = state_directory(config);
  if (!folder.empty()) return Found{made_in(folder), Origin::made};
  return unexpected(settings.options->place_of("listen-tls") +
                    ": needs a certificate; set `certificate` and `certificate-key` (voiced "
                    "--make-certificate NAME makes a pair), or `state-directory`, where voiced "
                    "keeps one of its own");
}

std::string place_of(const Settings& settings, Origin origin, const char* setting) {
  switch (origin) {
    case Origin::named:
      return settings.options->place_of(setting);
    case Origin::credential:
      return "credential";
    case Origin::made:
      break;
  }
  return settings.options->place_of("listen-tls");
}

voice::expected<std::string, std::string> read_pem(const std::string& path,
                                                   voice::app::Pipes pipes) {
  auto text = voice::app::read_text_file(path, pem_bytes_max, pipes);
  if (!text) {
    return unexpected(path + ": " + text.error().reason +
                      "; it must be a PEM file that this program's user can read");
  }
  if (text->size() > pem_bytes_max) return unexpected(path + ": is longer than 256 KiB");
  return std::move(*text);
}

/// Writes a file that must be new. Returns what was wrong, or nothing.
std::string write_new(const std::string& path, const std::string& text, unsigned mode) {
#ifdef _WIN32
  (void)mode;
  std::FILE* const file = std::fopen(path.c_str(), "wbx");
#else
  const int descriptor =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, static_cast<mode_t>(mode));
  std::FILE* const file = descriptor < 0 ? nullptr : ::fdopen(descriptor, "wb");
#endif
  if (file == nullptr) {
    return path + ": " +
           (errno == EEXIST ? "exists already; remove it, or name another file"
                            : std::string("cannot be made: ") + std::strerror(errno));
  }
  const bool is_whole = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool is_closed = std::fclose(file) == 0;
  if (is_whole && is_closed) return {};
  std::string why = path + ": cannot be written: " + std::strerror(errno);
  std::remove(path.c_str());
  return why;
}

/// Writes the key first, because the certificate is useless without it.
std::string write_pair(const Paths& paths, const tls::CertificatePair& pair) {
  if (exists(paths.certificate)) {
    return paths.certificate + ": exists already; remove it, or name another file";
  }
  if (std::string fault = write_new(paths.key, pair.key, 0600); !fault.empty()) return fault;
  std::string fault = write_new(paths.certificate, pair.certificate, 0644);
  if (!fault.empty()) std::remove(paths.key.c_str());
  return fault;
}

// "2036-11-27", in UTC.
std::string date_of(std::chrono::sys_seconds when) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(when));
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text.data();
}

std::vector<std::string> names_of_this_machine() {
  boost::system::error_code error;
  const std::string name = boost::asio::ip::host_name(error);
  std::vector<std::string> names;
  if (!error && !name.empty()) names.push_back(name);
  names.emplace_back("localhost");
  return names;
}

voice::expected<tls::ServerOptions, std::string> read_options(const Settings& settings,
                                                              const Found& found,
                                                              voice::app::Pipes pipes) {
  const Config& config = settings.config;
  tls::ServerOptions options;
  options.version_min = config.tls_version_min == "1.2" ? tls::Version::tls12 : tls::Version::tls13;
  auto certificate = read_pem(found.paths.certificate, pipes);
  if (!certificate) {
    return unexpected(place_of(settings, found.origin, "certificate") + ": " + certificate.error());
  }
  auto key = read_pem(found.paths.key, pipes);
  if (!key) {
    return unexpected(place_of(settings, found.origin, "certificate-key") + ": " + key.error());
  }
  options.pair = {std::move(*certificate), std::move(*key)};
  if (config.client_ca.empty()) return options;
  auto authorities = read_pem(config.client_ca, pipes);
  if (!authorities) {
    return unexpected(settings.options->place_of("client-ca") + ": " + authorities.error());
  }
  options.client_ca = std::move(*authorities);
  options.needs_client_certificate = config.client_certificates == "required";
  return options;
}

}  // namespace

voice::expected<void, std::string> load_certificate(Settings& settings, voice::app::Pipes pipes) {
  settings.config.tls = nullptr;
  settings.config.certificate_chain.clear();
  settings.config.client_authorities.clear();
  if (!listens_encrypted(settings.config)) {
    if (settings.config.client_ca.empty()) return {};
    return unexpected(settings.options->place_of("client-ca") +
                      ": needs listen-tls: a client on a plain connection shows no certificate");
  }
  if (!tls::is_available()) {
    return unexpected(settings.options->place_of("listen-tls") +
                      ": this voiced was built without TLS; leave it out");
  }
  const auto found = find(settings);
  if (!found) return unexpected(found.error());
  if (found->origin == Origin::made && !exists(found->paths.certificate)) {
    if (!exists(found->paths.key)) return {};
    return unexpected(
        settings.options->place_of("listen-tls") + ": " + found->paths.key + " is there without " +
        certificate_name +
        "; put that back, or remove the key, and voiced makes a new pair when it starts");
  }
  const auto options = read_options(settings, *found, pipes);
  if (!options) return unexpected(options.error());
  auto made = tls::Server::make(*options);
  if (!made) {
    const std::string& why = made.error();
    constexpr std::string_view of_authorities = "client-ca: ";
    if (why.starts_with(of_authorities)) {
      return unexpected(settings.options->place_of("client-ca") + ": " + settings.config.client_ca +
                        ": " + why.substr(of_authorities.size()));
    }
    return unexpected(place_of(settings, found->origin, "certificate") + ": " +
                      found->paths.certificate + ": " + why);
  }
  settings.config.tls = std::move(*made);
  settings.config.certificate_chain = options->pair.certificate;
  settings.config.client_authorities = options->client_ca.value_or("");
  return {};
}

voice::expected<void, std::string> make_missing_certificate(Settings& settings,
                                                            std::chrono::sys_seconds now) {
  if (!listens_encrypted(settings.config) || settings.config.tls != nullptr) return {};
  const Paths paths = made_in(state_directory(settings.config));
  const std::string place = settings.options->place_of("listen-tls") + ": ";
  const auto pair = tls::make_self_signed(names_of_this_machine(), now);
  if (!pair) return unexpected(place + pair.error());
  if (std::string fault = write_pair(paths, *pair); !fault.empty()) {
    return unexpected(place + "cannot keep a certificate: " + fault);
  }
  spdlog::info("certificate made path={}", voice::quoted(paths.certificate));
  return load_certificate(settings, voice::app::Pipes::refused);
}

voice::expected<std::string, std::string> make_certificate(const Config& config,
                                                           std::chrono::sys_seconds now) {
  const Paths paths{config.certificate.empty() ? certificate_name : config.certificate,
                    config.certificate_key.empty() ? key_name : config.certificate_key};
  const auto pair = tls::make_self_signed(config.certificate_names, now);
  if (!pair) return unexpected(pair.error());
  const auto info = tls::describe(pair->certificate);
  if (!info) return unexpected(info.error());
  if (std::string fault = write_pair(paths, *pair); !fault.empty()) return unexpected(fault);
  const std::string fingerprint = tls::to_string(info->fingerprint);
  return "certificate      " + fs::absolute(paths.certificate).string() + "\n" +  //
         "key              " + fs::absolute(paths.key).string() + "\n" +          //
         "valid until      " + date_of(info->not_after) + "\n" +                  //
         "fingerprint      " + fingerprint + "\n\n" +
         "In the server's configuration:\n"
         "  listen-tls = \"7443\"\n"
         "  certificate = \"" +
         fs::absolute(paths.certificate).string() + "\"\n  certificate-key = \"" +
         fs::absolute(paths.key).string() + "\"\n" + "Clients connect with:\n  voicecli --host " +
         config.certificate_names.front() + " --port 7443 --tls --tls-fingerprint " + fingerprint +
         "\n";
}

}  // namespace voiced
