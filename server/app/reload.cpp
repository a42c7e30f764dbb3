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

// Behind the name of a file that has stayed the same, as a comment of a configuration file.
constexpr std::string_view other_content = " # another password";

// A number or a word stands as it is, "a string" has its quotes already, a list and a string with a
// comment behind it get some.
std::string log_value(const std::string& shown) {
  const bool is_list = !shown.empty() && shown.front() == '[';
  return is_list || shown.ends_with(other_content) ? voice::quoted(shown) : shown;
}

/// What the new configuration lacks by an accident more likely than by intention, or empty: half of
/// an edit, a disk that was full, a mount that is gone. To take it for a wish would open doors.
std::string accident(const Settings& in_force, const Settings& fresh) {
  const std::string& file = in_force.options->file();
  if (!file.empty() && fresh.options->file().empty()) {
    return file + ": is gone; put it back, or restart to run without it";
  }
  if (in_force.options->settings_in_file() != 0 && fresh.options->settings_in_file() == 0) {
    return fresh.options->file() +
           ": holds no settings any more; put them back, or leave one in it (such as log-level = "
           "info) if the defaults are meant";
  }
  const bool is_named = !in_force.config.password_file.empty();
  if (!in_force.config.password.empty() && fresh.config.password.empty() && !is_named) {
    return "credential: the password is gone; put it back, or restart to run without it";
  }
  return {};
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

std::vector<SettingChange> changes(const Settings& from, const Settings& to) {
  std::vector<SettingChange> found;
  for (const std::string& name : to.options->names()) {
    std::string before = from.options->shown(name);
    std::string after = to.options->shown(name);
    if (name == "password-file" && before == after && from.config.password != to.config.password) {
      after += other_content;
    } else if (before == after) {
      continue;
    }
    found.push_back({name, std::move(before), std::move(after)});
  }
  return found;
}

FreshSettings read_settings(const std::vector<std::string>& arguments, Sockets sockets) {
  using voice::app::Pipes;
  std::vector<const char*> argv;
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  auto fresh = std::make_shared<Settings>();
  const auto parsed =
      fresh->options->parse(static_cast<int>(argv.size()), argv.data(), Pipes::refused);
  if (!parsed) return voice::unexpected(parsed.error().text);
  auto completed = complete(*fresh, Pipes::refused, sockets);
  if (!completed) return voice::unexpected(completed.error());
  return fresh;
}

Reloader::Reloader(std::unique_ptr<Settings> started)
    : started_(std::move(started)), in_force_(started_) {}

voice::expected<Reloaded, std::string> Reloader::take_over(FreshSettings fresh) {
  if (!fresh) return voice::unexpected(fresh.error());
  if (std::string loss = accident(*in_force_, **fresh); !loss.empty()) {
    return voice::unexpected(std::move(loss));
  }
  Reloaded reloaded;
  for (SettingChange& change : changes(*in_force_, **fresh)) {
    if (takes_effect(change.name) != TakesEffect::live) continue;
    reloaded.changed.push_back(std::move(change));
  }
  for (SettingChange& change : changes(*started_, **fresh)) {
    if (takes_effect(change.name) != TakesEffect::at_restart) continue;
    reloaded.pending.push_back(std::move(change));
  }
  in_force_ = std::move(*fresh);
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
