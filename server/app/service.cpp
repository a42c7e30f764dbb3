#include "server/app/service.hpp"

#include "common/app/log.hpp"
#include "common/app/version.hpp"
#include "common/core/quoted.hpp"
#include "server/app/realtime.hpp"

#include <spdlog/spdlog.h>

namespace voiced {

using voice::unexpected;

Service::Service(std::vector<std::string> arguments, std::unique_ptr<Settings> settings,
                 std::uint64_t seed)
    : started_(*settings),
      seed_(seed),
      inherited_(take_inherited_sockets()),
      manager_(ServiceEnvironment::take()),
      reloader_(std::move(arguments), std::move(settings)),
      server_(io_, server_options(started_.config, seed)) {}

voice::expected<void, std::string> Service::start() {
  const voice::app::Options& options = *started_.options;
  if (const auto sound = server_.open_sound(); !sound) {
    const bool named = options.origin("input-device") != voice::app::Origin::preset;
    return unexpected(options.place_of(named ? "input-device" : "silent") + ": " + sound.error());
  }
  if (auto listening = listen(); !listening) return listening;
  signals_ = std::make_unique<Signals>(io_, signal_handlers());
  const Config& config = started_.config;
  if (config.realtime) {
    if (const auto realtime = become_realtime(); !realtime) {
      spdlog::warn("realtime {}", realtime.error());
    }
  }
  for (const std::string& endpoint : server_.endpoints()) {
    spdlog::info("listening on={} sample_rate_hz={} jitter_depth_packets={} silent={} version={}",
                 endpoint, config.sample_rate, config.jitter_depth, config.silent, voice::version);
  }
  return {};
}

voice::expected<void, std::string> Service::listen() {
  if (inherited_.empty()) {
    const auto listening = server_.listen();
    if (listening) return {};
    const bool address = listening.error().about == ListenError::About::address;
    return unexpected(started_.options->place_of(address ? "listen" : "port") + ": " +
                      listening.error().text);
  }
  std::vector<int> descriptors;
  std::string names;
  for (const InheritedSocket& socket : inherited_) {
    descriptors.push_back(socket.descriptor);
    names += (names.empty() ? "" : " ") + socket.name;
  }
  if (const auto adopted = server_.adopt(descriptors); !adopted) {
    return unexpected("socket activation (LISTEN_FDS): " + adopted.error().text +
                      "; the socket unit wants ListenStream=PORT and Accept=no");
  }
  spdlog::info("sockets inherited count={} names={} instead of those that listen and port name",
               inherited_.size(), voice::quoted(names));
  return {};
}

void Service::run() {
  server_.on_tick([this](voice::TimePoint now) {
    const Conference& conference = server_.conference();
    manager_.ticked(now, {conference.participants(), conference.contributors(), server_.load()});
  });
  manager_.ready(summary());
  server_.run();
  server_.log_statistics();
  spdlog::info("stopped");
}

SignalHandlers Service::signal_handlers() {
  return {.stop = [this](const char* signal) { stop(signal); },
          .stop_now = [this] { server_.stop_now(); },
          .reload = [this] { reload(); },
          .statistics = [this] { server_.log_statistics(); }};
}

void Service::stop(const char* signal) {
  spdlog::info("stopping signal={}", signal);
  manager_.stopping();
  server_.stop();
}

void Service::reload() {
  manager_.reloading();
  if (const auto reloaded = reloader_.reload()) {
    const Config& config = reloader_.config();
    server_.reconfigure(server_options(config, seed_));
    // The last lines in the old form say what the next ones are in.
    log_reload(*reloaded);
    voice::app::set_log_level(config.log_level);
    voice::app::set_log_format(config.log_format);
    manager_.ready(summary());
  } else {
    spdlog::error("reload refused error={} all settings stay as they were",
                  voice::quoted(reloaded.error()));
    manager_.ready("reload refused: " + reloaded.error());
  }
}

std::string Service::summary() const {
  std::string text = "listening on";
  for (const std::string& endpoint : server_.endpoints()) text += " " + endpoint;
  return text;
}

}  // namespace voiced
