#include "server/app/reload.hpp"

#include "common/core/assert.hpp"
#include "common/core/quoted.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

namespace voiced {
namespace {

constexpr std::array<std::string_view, 14> restart_settings{
    "listen",          "port",
    "sample-rate",     "participants-max",
    "silent",          "input-device",
    "output-device",   "realtime",
    "control-socket",  "control-mode",
    "control-group",   "state-directory",
    "metrics-address", "metrics-participants"};
constexpr std::array<std::string_view, 15> live_settings{"jitter-depth",
                                                         "outbox-age-ms",
                                                         "stall-limit-s",
                                                         "require-hello",
                                                         "password-file",
                                                         "strangers-max",
                                                         "strangers-per-address-max",
                                                         "participants-per-address-max",
                                                         "joins-per-address-s",
                                                         "load-max-percent",
                                                         "drain-limit-s",
                                                         "mute-microphone",
                                                         "mute-loudspeaker",
                                                         "log-level",
                                                         "log-format"};

template <std::size_t Count>
bool contains(const std::array<std::string_view, Count>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// A number or a word stands as it is, "a string" has its quotes already, a list gets some.
std::string log_value(const std::string& shown) {
  const bool is_list = !shown.empty() && shown.front() == '[';
  return is_list ? voice::quoted(shown) : shown;
}

const char* name_of(voice::app::Origin origin) {
  switch (origin) {
    case voice::app::Origin::preset:
      return "default";
    case voice::app::Origin::file:
      return "file";
    case voice::app::Origin::environment:
      return "environment";
    case voice::app::Origin::flag:
      return "flag";
  }
  return "default";
}

}  // namespace

TakesEffect takes_effect(std::string_view name) {
  const bool live = contains(live_settings, name);
  VOICE_ASSERT(live || contains(restart_settings, name));
  return live ? TakesEffect::live : TakesEffect::at_restart;
}

std::vector<SettingChange> changes(const voice::app::Options& from, const voice::app::Options& to) {
  std::vector<SettingChange> found;
  for (const std::string& name : to.names()) {
    std::string before = from.shown(name);
    std::string after = to.shown(name);
    if (before != after) found.push_back({name, std::move(before), std::move(after)});
  }
  return found;
}

Reloader::Reloader(std::vector<std::string> arguments, std::unique_ptr<Settings> started)
    : arguments_(std::move(arguments)), started_(std::move(started)), in_force_(started_) {}

voice::expected<Reloaded, std::string> Reloader::reload() {
  std::vector<const char*> argv;
  for (const std::string& argument : arguments_) argv.push_back(argument.c_str());
  auto fresh = std::make_shared<Settings>();
  const auto parsed = fresh->options->parse(static_cast<int>(argv.size()), argv.data());
  if (!parsed) return voice::unexpected(parsed.error().text);
  if (auto secrets = load_secrets(*fresh); !secrets) return voice::unexpected(secrets.error());
  // The file nobody has to have is missing: half of an edit more likely than a wish for the
  // defaults.
  const std::string& file = in_force_->options->file();
  if (!file.empty() && fresh->options->file().empty()) {
    return voice::unexpected(file + ": is gone; put it back, or restart to run without it");
  }
  Reloaded reloaded;
  for (SettingChange& change : changes(*in_force_->options, *fresh->options)) {
    if (takes_effect(change.name) != TakesEffect::live) continue;
    reloaded.changed.push_back(std::move(change));
  }
  for (SettingChange& change : changes(*started_->options, *fresh->options)) {
    if (takes_effect(change.name) != TakesEffect::at_restart) continue;
    reloaded.pending.push_back(std::move(change));
  }
  in_force_ = std::move(fresh);
  return reloaded;
}

std::vector<SettingInForce> Reloader::settings() const {
  std::vector<SettingInForce> all;
  for (const std::string& name : started_->options->names()) {
    const Settings& source = takes_effect(name) == TakesEffect::live ? *in_force_ : *started_;
    const voice::app::Options& options = *source.options;
    all.push_back({name, options.shown(name), name_of(options.origin(name))});
  }
  return all;
}

void log_reload(const Reloaded& reloaded) {
  for (const SettingChange& change : reloaded.changed) {
    spdlog::info("setting changed name={} from={} to={}", change.name, log_value(change.from),
                 log_value(change.to));
  }
  for (const SettingChange& change : reloaded.pending) {
    spdlog::warn("setting pending name={} from={} to={} takes effect at restart", change.name,
                 log_value(change.from), log_value(change.to));
  }
  spdlog::info("configuration reloaded changed={} pending={}", reloaded.changed.size(),
               reloaded.pending.size());
}

}  // namespace voiced
