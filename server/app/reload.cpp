#include "server/app/reload.hpp"

#include "common/core/quoted.hpp"

#include <spdlog/spdlog.h>

namespace voiced {
namespace {

using voice::app::TakesEffect;

// Shown after the name of a file whose name has not changed, as a comment in a configuration file.
constexpr std::string_view other_content = " # another password";
constexpr std::string_view other_rooms = " # other rooms";
constexpr std::string_view other_accounts = " # other accounts";
constexpr std::string_view other_certificate = " # another certificate";
constexpr std::string_view other_authorities = " # other authorities";

// Numbers and words are logged as they are, and "a string" with the quotes that it has; lists, and
// strings with a comment after them, are put in quotes.
std::string log_value(const std::string& shown) {
  const bool is_list = !shown.empty() && shown.front() == '[';
  const bool has_comment = shown.ends_with(other_content) || shown.ends_with(other_rooms) ||
                           shown.ends_with(other_accounts) || shown.ends_with(other_certificate) ||
                           shown.ends_with(other_authorities);
  return is_list || has_comment ? voice::quoted(shown) : shown;
}

/// The same for the files that the configuration names: lists of who may do what.
std::string lost_list(const Config& in_force, const Config& fresh) {
  const bool had_rooms = !in_force.rooms.empty() && !in_force.rooms_folder.empty();
  if (had_rooms && fresh.rooms.empty() && !fresh.rooms_folder.empty()) {
    return fresh.rooms_folder +
           ": has no rooms any more; put their files back, or remove `rooms` from the "
           "configuration if there are to be none";
  }
  for (const RoomRules& room : in_force.rooms) {
    const std::string& name = room.options.name;
    if (in_force.rooms_without_settings.contains(name)) continue;
    const auto found = fresh.rooms_without_settings.find(name);
    if (found == fresh.rooms_without_settings.end()) continue;
    return fresh.rooms_folder + ": the file of the room " + voice::quoted(name) +
           " has no settings any more; put them back, or leave one in it";
  }
  const bool had_accounts = in_force.users != nullptr && !in_force.users->by_name.empty();
  // voicectl leaves more than that behind when it removes the last account.
  if (had_accounts && fresh.users != nullptr && *fresh.users == voice::identity::Users{}) {
    return fresh.users_file +
           ": has no accounts any more; put them back, or restart to run without any";
  }
  return {};
}

/// What the new configuration lacks, more likely by accident than on purpose: half an edit, a full
/// disk, a missing mount. To accept it could admit everybody. Empty: nothing.
std::string accident(const Settings& in_force, const Settings& fresh) {
  const std::string& file = in_force.options->file();
  if (!file.empty() && fresh.options->file().empty()) {
    return file + ": is gone; put it back, or restart to run without it";
  }
  if (in_force.options->settings_in_file() != 0 && fresh.options->settings_in_file() == 0) {
    return fresh.options->file() +
           ": has no settings any more; put them back, or leave one in it (such as log-level = "
           "info) if you want the defaults";
  }
  if (in_force.config.tls != nullptr && fresh.config.tls == nullptr &&
      listens_encrypted(fresh.config)) {
    return "the certificate in the state directory is gone; put it back, or restart to make "
           "another";
  }
  const bool is_named = !in_force.config.password_file.empty();
  if (!in_force.config.password.empty() && fresh.config.password.empty() && !is_named) {
    return "credential: the password is gone; put it back, or restart to run without it";
  }
  return lost_list(in_force.config, fresh.config);
}

bool has_other_accounts(const Config& from, const Config& to) {
  const auto& before = from.users;
  const auto& after = to.users;
  if (before == nullptr || after == nullptr) return before != after;
  return *before != *after;
}

/// What has changed in the file that a setting names, although its name is the same; empty:
/// nothing. Reveals neither a password nor any other content.
std::string_view other_content_of(const std::string& name, const Config& from, const Config& to) {
  if (name == "rooms" && from.rooms != to.rooms) return other_rooms;
  if (name == "password-file" && from.password != to.password) return other_content;
  const bool had_tls = from.tls != nullptr && to.tls != nullptr;
  if (name == "certificate" && had_tls && from.certificate_chain != to.certificate_chain) {
    return other_certificate;
  }
  if (name == "client-ca" && from.client_authorities != to.client_authorities) {
    return other_authorities;
  }
  return name == "users-file" && has_other_accounts(from, to) ? other_accounts : std::string_view{};
}

enum class Which : std::uint8_t { taken_over, waiting };

/// What differs, in the order of declaration.
std::vector<SettingChange> changes(Which which, const Settings& from, const Settings& to) {
  std::vector<SettingChange> found;
  for (const std::string& name : to.options->names()) {
    const TakesEffect when = to.options->takes_effect(name);
    if ((when == TakesEffect::restart) != (which == Which::waiting)) continue;
    std::string before = from.options->shown(name);
    std::string after = to.options->shown(name);
    if (before == after) {
      const std::string_view other = other_content_of(name, from.config, to.config);
      if (other.empty()) continue;
      after += other;
    }
    found.push_back({name, std::move(before), std::move(after), when});
  }
  return found;
}

}  // namespace

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
  Reloaded reloaded{.changed = changes(Which::taken_over, *in_force_, **fresh),
                    .pending = changes(Which::waiting, *started_, **fresh)};
  in_force_ = std::move(*fresh);
  return reloaded;
}

std::vector<SettingInForce> Reloader::settings() const {
  std::vector<SettingInForce> all;
  for (const std::string& name : started_->options->names()) {
    const TakesEffect when = started_->options->takes_effect(name);
    const Settings& source = when == TakesEffect::restart ? *started_ : *in_force_;
    const voice::app::Options& options = *source.options;
    all.push_back({name, options.shown(name), options.origin(name), when});
  }
  return all;
}

void log_reload(const Reloaded& reloaded) {
  for (const SettingChange& change : reloaded.changed) {
    const bool at_once = change.takes_effect == TakesEffect::live;
    spdlog::info("setting changed name={} from={} to={}{}{}", change.name, log_value(change.from),
                 log_value(change.to), at_once ? "" : " takes effect ",
                 at_once ? "" : name_of(change.takes_effect));
  }
  for (const SettingChange& change : reloaded.pending) {
    spdlog::warn("setting pending name={} from={} to={} takes effect {}", change.name,
                 log_value(change.from), log_value(change.to), name_of(change.takes_effect));
  }
  spdlog::info("configuration reloaded changed={} pending={}", reloaded.changed.size(),
               reloaded.pending.size());
}

}  // namespace voiced
