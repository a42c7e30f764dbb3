#include "server/app/service.hpp"

#include "common/app/calendar.hpp"
#include "common/app/log.hpp"
#include "common/app/version.hpp"
#include "common/background/background_task.hpp"
#include "common/core/quoted.hpp"
#include "server/app/certificate_files.hpp"
#include "server/app/places.hpp"
#include "server/app/realtime.hpp"
#include "server/net/local_participant.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <string_view>
#include <system_error>
#include <utility>

namespace voiced {

using voice::unexpected;
using voice::app::Exit;
using voice::app::ExitCode;

namespace {

Exit mistake(std::string text) {
  return {ExitCode::usage, std::move(text)};
}

Exit cannot_listen(const std::string& place, const ListenError& error) {
  const bool passes = error.mends == ListenError::Mends::with_time;
  return {passes ? ExitCode::failure : ExitCode::usage, place + ": " + error.text};
}

/// @param name of a socket that the service manager hands over
Spoken spoken_at(std::string_view name) {
  if (name == "tls") return Spoken::tls;
  if (name == "proxy") return Spoken::proxy;
  return name == "proxy-tls" ? Spoken::proxy_tls : Spoken::plain;
}

/// Why nobody could connect to this socket; empty: somebody can.
std::string proxy_fault(const InheritedSocket& socket, const Config& config) {
  if (!is_by_proxy(spoken_at(socket.name)) || !config.proxy_from.empty()) return {};
  return "socket activation (LISTEN_FDS): the socket `" + socket.name +
         "` needs proxy-from, the addresses of the proxies";
}

void log_certificate(const Config& config) {
  if (config.tls == nullptr) return;
  spdlog::info("certificate fingerprint={}",
               voice::tls::to_string(config.tls->certificate().fingerprint));
  if (const auto warning = warning_of_dates(config, voice::app::calendar_now()); !warning.empty()) {
    spdlog::warn("certificate {}", warning);
  }
}

}  // namespace

Service::Service(std::vector<std::string> arguments, std::unique_ptr<Settings> settings,
                 std::vector<InheritedSocket> inherited, std::uint64_t seed)
    : started_(*settings),
      arguments_(std::move(arguments)),
      seed_(seed),
      inherited_(std::move(inherited)),
      manager_(ServiceEnvironment::take()),
      reloader_(std::move(settings)),
      reloads_({.begin = [this] { manager_.reloading(); },
                .read = [this] { return read_configuration(); },
                .end = [this](FreshSettings fresh) { return take_over(std::move(fresh)); }}),
      server_(io_, server_options(started_.config, seed)),
      commands_(server_, *this) {
  use_accounts(started_.config);
  accounts_.on_ended([this](Accounts::Kept kept) { keep_used(std::move(kept)); });
  server_.set_judge(&accounts_);
}

voice::expected<void, Exit> Service::start() {
  if (auto sound = open_sound(); !sound) return unexpected(mistake(sound.error()));
  if (auto bans = load_bans(); !bans) return bans;
  if (auto keys = load_invitations(); !keys) return unexpected(mistake(keys.error()));
  if (auto listening = listen(); !listening) return listening;
  if (auto control = open_control(); !control) return control;
  if (auto opened = open_metrics(); !opened) return opened;
  signals_ = std::make_unique<Signals>(io_, signal_handlers());
  const Config& config = started_.config;
  if (config.realtime) {
    if (const auto realtime = become_realtime(); !realtime) {
      spdlog::warn("realtime {}", realtime.error());
    }
  }
  log_certificate(config);
  for (const std::string& endpoint : endpoints()) {
    spdlog::info(
        "listening on={} sample_rate_hz={} jitter_mode={} jitter_depth_packets={} silent={} "
        "version={}",
        endpoint, config.sample_rate, config.jitter_mode, playout_options(config).depth_packets,
        config.silent, voice::version);
  }
  return {};
}

voice::expected<void, std::string> Service::open_sound() {
  const LocalAudioOptions local = server_options(started_.config, seed_).local;
  if (local.silent) return {};
  Host& host = server_.host();
  auto sound = LocalParticipant::open(host.lobby().front().format(), local);
  if (sound && host.seat(std::move(*sound))) return {};
  const voice::app::Options& options = *started_.options;
  const bool named = options.origin("input-device") != voice::app::Origin::preset;
  return unexpected(
      options.place_of(named ? "input-device" : "silent") + ": " +
      (sound ? "participants-max leaves no place for the server's own sound" : sound.error()));
}

voice::expected<void, Exit> Service::listen() {
  if (!inherited_.empty()) {
    const auto adopted = adopt_inherited();
    return adopted ? voice::expected<void, Exit>{} : unexpected(mistake(adopted.error()));
  }
  Listener& listener = server_.listener();
  const ServerOptions options = server_options(started_.config, seed_);
  if (const auto listening = listener.listen(options, Spoken::plain); !listening) {
    const bool address = listening.error().about == ListenError::About::address;
    return unexpected(
        cannot_listen(started_.options->place_of(address ? "listen" : "port"), listening.error()));
  }
  for (const auto& [spoken, setting] :
       {std::pair{Spoken::tls, "listen-tls"}, std::pair{Spoken::proxy, "listen-proxy"},
        std::pair{Spoken::proxy_tls, "listen-proxy"}}) {
    if (const auto listening = listener.listen(options, spoken); !listening) {
      return unexpected(cannot_listen(started_.options->place_of(setting), listening.error()));
    }
  }
  return {};
}

voice::expected<void, std::string> Service::adopt_inherited() {
  std::string names;
  for (const InheritedSocket& socket : inherited_) {
    names += (names.empty() ? "" : " ") + socket.name;
    const Spoken spoken = spoken_at(socket.name);
    if (spoken == Spoken::plain && !listens_plain(started_.config)) {
      return unexpected("socket activation (LISTEN_FDS): the socket `" + socket.name +
                        "` would not be encrypted, but listen is none; for TLS, set "
                        "FileDescriptorName=tls in its unit");
    }
    if (is_encrypted(spoken) && started_.config.tls == nullptr) {
      return unexpected("socket activation (LISTEN_FDS): the socket `" + socket.name +
                        "` needs a certificate; set listen-tls to its port");
    }
    if (auto fault = proxy_fault(socket, started_.config); !fault.empty()) {
      return unexpected(std::move(fault));
    }
    if (const auto adopted = server_.listener().adopt(socket.descriptor, spoken); !adopted) {
      return unexpected("socket activation (LISTEN_FDS): " + adopted.error().text +
                        "; the socket unit needs ListenStream=PORT and Accept=no");
    }
  }
  spdlog::info(
      "using sockets from systemd count={} names={}; the addresses in listen, port, listen-tls and "
      "listen-proxy are ignored",
      inherited_.size(), voice::quoted(names));
  return {};
}

voice::expected<void, Exit> Service::open_metrics() {
  const Config& config = started_.config;
  if (config.metrics_address.empty()) return {};
  metrics_ = std::make_unique<MetricsEndpoint>(
      io_,
      MetricsSource{[this] { return server_.status(); },
                    [this] { return server_.host().participants(voice::TimePoint::clock::now()); }},
      static_cast<std::size_t>(config.metrics_participants));
  if (const auto listening = metrics_->listen(config.metrics_address); !listening) {
    return unexpected(
        cannot_listen(started_.options->place_of("metrics-address"), listening.error()));
  }
  spdlog::info("metrics on={}", metrics_->address());
  return {};
}

void Service::run() {
  server_.on_tick([this](voice::TimePoint now) {
    const Host& host = server_.host();
    const Lobby& lobby = host.lobby();
    manager_.ticked(now, {lobby.participants(), lobby.contributors(), host.load()});
    if (metrics_) metrics_->ticked(now);
    if (ban_file_) ban_file_->ticked(now);
    if (ended_file_) ended_file_->ticked(now);
    if (control_) control_->ticked();
    reloads_.ticked(now);
  });
  manager_.ready(summary());
  server_.run();
  ServerLog::statistics(server_.status());
  spdlog::info("stopped");
}

SignalHandlers Service::signal_handlers() {
  return {.stop = [this](const char* signal) { stop(signal); },
          .stop_now = [this] { server_.stop_now(); },
          .reload = [this] { reloads_.request(nullptr); },
          .statistics = [this] { ServerLog::statistics(server_.status()); }};
}

void Service::stop(const char* signal) {
  spdlog::info("stopping signal={}", signal);
  reloads_.stop();
  manager_.stopping();
  server_.stop();
}

void Service::reload(ReloadDone done) {
  reloads_.request(std::move(done));
}

// In a thread of its own: a file may lie on a file server that is away.
BackgroundReload::Reading Service::read_configuration() const {
  const auto sockets = inherited_.empty() ? Sockets::own : Sockets::inherited;
  const auto read = [arguments = arguments_, sockets]() -> FreshSettings {
    try {
      return read_settings(arguments, sockets);
    } catch (const std::exception& error) {
      return unexpected(std::string(error.what()));
    }
  };
  try {
    auto task = std::make_shared<voice::BackgroundTask<FreshSettings>>(read);
    return [task] { return task->take(); };
  } catch (const std::system_error& error) {
    return [why = std::string(error.what())] {
      return FreshSettings(unexpected("no thread can be started to read it: " + why));
    };
  }
}

voice::expected<Reloaded, std::string> Service::take_over(FreshSettings fresh) {
  const auto tls_before = reloader_.config().tls;
  for (const InheritedSocket& socket : inherited_) {
    if (!fresh) break;
    if (auto fault = proxy_fault(socket, (*fresh)->config); !fault.empty()) {
      fresh = unexpected(std::move(fault));
    }
  }
  auto reloaded = reloader_.take_over(std::move(fresh));
  if (reloaded) {
    const Config& config = reloader_.config();
    server_.reconfigure(server_options(config, seed_));
    use_accounts(config);
    const bool is_certificate_new =
        config.tls != nullptr && tls_before != nullptr &&
        config.tls->certificate().fingerprint != tls_before->certificate().fingerprint;
    // The last lines in the old log format announce the new one.
    log_reload(*reloaded);
    if (is_certificate_new) log_certificate(config);
    voice::app::set_log_level(config.log_level);
    voice::app::set_log_format(config.log_format);
    manager_.ready(summary());
  } else {
    spdlog::error("reload refused error={} all settings stay as they were",
                  voice::quoted(reloaded.error()));
    manager_.reload_refused(reloaded.error());
  }
  return reloaded;
}

// If no path was configured, starting without the socket is better than not starting.
voice::expected<void, Exit> Service::open_control() {
  const Config& config = started_.config;
  if (config.control_socket == "off") return {};
  const bool is_named = !config.control_socket.empty();
  const std::string path = is_named ? config.control_socket : default_control_path();
  if (path.empty()) {
    spdlog::info("no control socket, because there is no runtime directory; set control-socket");
    return {};
  }
  auto control = ControlSocket::open(
      io_, {path, control_mode(config), config.control_group},
      [this](std::string_view request, const Reply& reply) { commands_.answer(request, reply); });
  if (control) {
    control_ = std::move(*control);
    spdlog::info("control socket path={}", voice::quoted(path));
    return {};
  }
  const ControlFault& fault = control.error();
  if (is_named) {
    // Mistakes in its path have been found before: another program is using it for now, such as a
    // voiced that is still saying goodbye.
    const char* const setting = fault.is_about_group ? "control-group" : "control-socket";
    return unexpected(Exit{fault.is_about_group ? ExitCode::usage : ExitCode::failure,
                           started_.options->place_of(setting) + ": " + fault.text});
  }
  spdlog::warn("running without a control socket error={}", voice::quoted(fault.text));
  return {};
}

voice::expected<void, Exit> Service::load_bans() {
  const bool is_named = !started_.config.state_directory.empty();
  const std::string folder = is_named ? started_.config.state_directory : default_state_directory();
  if (folder.empty()) return {};
  auto file = BanFile::open(folder);
  if (!file) {
    const ExitCode code = file.error().is_in_use ? ExitCode::failure : ExitCode::usage;
    return unexpected(
        Exit{code, started_.options->place_of("state-directory") + ": " + file.error().text});
  }
  ban_file_ = std::move(*file);
  server_.host().set_bans(ban_file_->take_bans());
  return {};
}

std::vector<SettingInForce> Service::settings() const {
  return reloader_.settings();
}

bool Service::set_log_level(const std::string& level) {
  const auto levels = voice::app::log_level_names();
  if (std::find(levels.begin(), levels.end(), level) == levels.end()) return false;
  voice::app::set_log_level(level);
  spdlog::info("operator log_level={}", level);
  return true;
}

std::vector<std::string> Service::endpoints() const {
  return server_.listener().endpoints();
}

void Service::keep_bans(BansKept kept) {
  if (!ban_file_) return kept("no state-directory is set, so bans end when voiced stops");
  ban_file_->keep(server_.host().bans(), std::move(kept), std::chrono::steady_clock::now());
}

std::string Service::summary() const {
  std::string text = "listening on";
  for (const std::string& endpoint : endpoints()) text += " " + endpoint;
  return text;
}

}  // namespace voiced
