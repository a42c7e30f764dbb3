#include "server/app/certificate_files.hpp"

#include "common/app/new_text_file.hpp"
#include "common/core/quoted.hpp"
#include "server/app/places.hpp"
#include "server/app/state_lock.hpp"

#include <boost/asio/ip/host_name.hpp>
#include <spdlog/spdlog.h>

#include <array>
#include <cstdio>
#include <filesystem>

namespace voiced {
namespace {

namespace fs = std::filesystem;
namespace tls = voice::tls;
using voice::unexpected;
using voice::app::Exit;
using voice::app::ExitCode;
using voice::app::NewTextFile;

constexpr std::size_t pem_bytes_max = std::size_t{256} * 1024;  // a chain, or many authorities
constexpr const char* certificate_name = "certificate.pem";
constexpr const char* key_name = "certificate-key.pem";

struct Paths {
  std::string certificate;
  std::string key;
};

enum class Origin : std::uint8_t {
  named,
  credential,
  made,
  unseen,  // the service has a state directory, but --check-config does not know which
};

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
  if (settings.config.check_only) return Found{{}, Origin::unseen};
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
    case Origin::unseen:
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

/// Writes two files that must be new. Returns what was wrong, or nothing.
///
/// Both are on the disk before either gets its name, the key first: it is worth nothing without the
/// certificate, which complete_pair() finds as the new file that it still is after a power cut.
std::string write_pair(const Paths& paths, const tls::CertificatePair& pair,
                       NewTextFile::Leftover leftover) {
  for (const std::string& path : {paths.certificate, paths.key}) {
    if (exists(path)) return path + ": already exists; remove it, or name another file";
  }
  auto key = NewTextFile::begin(paths.key, leftover, 0600);
  if (!key) return key.error();
  auto certificate = NewTextFile::begin(paths.certificate, leftover, 0644);
  if (!certificate) return certificate.error();
  std::string fault = key->write(pair.key);
  if (fault.empty()) fault = certificate->write(pair.certificate);
  if (fault.empty()) fault = key->put_in_place();
  if (!fault.empty()) return fault;
  fault = certificate->put_in_place();
  if (!fault.empty()) std::remove(paths.key.c_str());
  return fault;
}

/// Whether write_pair() was interrupted after the first of its files had got its name.
bool is_half_made(const Paths& paths) {
  return exists(paths.key) && !exists(paths.certificate) && exists(paths.certificate + ".new");
}

std::string complete_pair(const Paths& paths) {
  std::error_code error;
  fs::rename(paths.certificate + ".new", paths.certificate, error);
  return error ? paths.certificate + ": cannot be written: " + error.message() : std::string();
}

std::vector<std::string> names_of_this_machine() {
  boost::system::error_code error;
  const std::string name = boost::asio::ip::host_name(error);
  std::vector<std::string> names;
  if (!error && !name.empty()) names.push_back(name);
  names.emplace_back("localhost");
  return names;
}

/// In the state directory, which no other voiced uses meanwhile.
voice::expected<void, Exit> make_pair_of_own(const Paths& paths, std::chrono::sys_seconds now) {
  const std::string folder = fs::path(paths.certificate).parent_path().string();
  // Whatever else hinders the lock hinders the files, which say so.
  const auto lock = StateLock::take((fs::path(folder) / "bans.lock").string());
  if (!lock && lock.error().is_held) {
    return unexpected(Exit{ExitCode::failure, lock.error().text});
  }
  std::string fault;
  if (is_half_made(paths)) {
    fault = complete_pair(paths);
  } else {
    const auto pair = tls::make_self_signed(names_of_this_machine(), now);
    if (!pair) return unexpected(Exit{ExitCode::usage, pair.error()});
    fault = write_pair(paths, *pair, NewTextFile::Leftover::removed);
  }
  if (fault.empty()) return {};
  return unexpected(Exit{ExitCode::usage, "cannot keep a certificate: " + fault});
}

// "2036-11-27", in UTC.
std::string date_of(std::chrono::sys_seconds when) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(when));
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text.data();
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
                      ": needs listen-tls: a client on a plain connection presents no certificate");
  }
  if (!tls::is_available()) {
    return unexpected(settings.options->place_of("listen-tls") +
                      ": this voiced was built without TLS; leave it out");
  }
  const auto found = find(settings);
  if (!found) return unexpected(found.error());
  if (found->origin == Origin::unseen) return {};
  if (found->origin == Origin::made && !exists(found->paths.certificate)) {
    if (!exists(found->paths.key) || is_half_made(found->paths)) return {};
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

std::string unchecked(const Config& config) {
  const bool is_unseen =
      listens_encrypted(config) && config.tls == nullptr && state_directory(config).empty();
  return is_unseen ? "; no certificate is named, so the service's state directory must have one, "
                     "or get one at the start: this was not checked"
                   : "";
}

voice::expected<void, Exit> make_missing_certificate(Settings& settings,
                                                     std::chrono::sys_seconds now) {
  if (!listens_encrypted(settings.config) || settings.config.tls != nullptr) return {};
  const Paths paths = made_in(state_directory(settings.config));
  if (auto made = make_pair_of_own(paths, now); !made) {
    made.error().text.insert(0, settings.options->place_of("listen-tls") + ": ");
    return made;
  }
  spdlog::info("certificate made path={}", voice::quoted(paths.certificate));
  const auto loaded = load_certificate(settings, voice::app::Pipes::refused);
  if (!loaded) return unexpected(Exit{ExitCode::usage, loaded.error()});
  return {};
}

std::string warning_of_dates(const Config& config, std::chrono::sys_seconds now) {
  const tls::CertificateInfo& certificate = config.tls->certificate();
  if (certificate.not_after >= now && certificate.not_before <= now) return {};
  std::string text = certificate.not_after < now ? "has expired" : "is not valid yet";
  text += "; clients that do not know its fingerprint will refuse it";
  const bool is_made = config.certificate.empty() && credential_path(certificate_name).empty();
  if (!is_made) return text;
  const Paths paths = made_in(state_directory(config));
  return text + "; if the clock is right, remove " + paths.certificate + " and " + paths.key +
         ", and restart voiced, which then makes a new pair with a new fingerprint";
}

voice::expected<std::string, std::string> make_certificate(const Config& config,
                                                           std::chrono::sys_seconds now) {
  const Paths paths{config.certificate.empty() ? certificate_name : config.certificate,
                    config.certificate_key.empty() ? key_name : config.certificate_key};
  const auto pair = tls::make_self_signed(config.certificate_names, now);
  if (!pair) return unexpected(pair.error());
  const auto info = tls::describe(pair->certificate);
  if (!info) return unexpected(info.error());
  std::string fault = write_pair(paths, *pair, NewTextFile::Leftover::refused);
  if (!fault.empty()) return unexpected(fault);
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
