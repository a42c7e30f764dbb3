#include "server/app/room_files.hpp"

#include "common/app/secret_file.hpp"
#include "common/wire/text_message.hpp"
#include "server/app/config_access.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace voiced {
namespace {

namespace fs = std::filesystem;
using voice::unexpected;
using voice::app::Origin;
using voice::app::Pipes;

constexpr const char* extension = ".conf";

/// The files of rooms, by name. Other files may be there, too, such as backups.
voice::expected<std::vector<fs::path>, std::string> files_in(const std::string& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator each(folder, error), end; !error && each != end;
       each.increment(error)) {
    const fs::path& file = each->path();
    if (file.extension() != extension || file.filename().string().starts_with('.')) continue;
    files.push_back(file);
    if (files.size() >= rooms_max) {
      return unexpected(folder + " has more files than there can be rooms; at most " +
                        std::to_string(rooms_max - 1) + " are allowed");
    }
  }
  if (error) {
    return unexpected("the folder " + folder + " cannot be read: " + error.message() +
                      "; make it readable for the user that voiced runs as, or name another");
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// What is wrong with the name of a room, or empty.
std::string name_fault(const std::string& name) {
  if (name == front_room_name) {
    return "the room `front` is the one that voiced.conf describes; give the file another name";
  }
  if (name.empty() || voice::visible_name(name, room_name_bytes_max) != name) {
    return "its name is that of the room: use 1 to " + std::to_string(room_name_bytes_max) +
           " bytes of visible text, without spaces at the ends";
  }
  return {};
}

/// A room's own password, the server's, or none if the file says so.
voice::expected<std::string, std::string> password_of(const Config& room,
                                                      const voice::app::Options& options,
                                                      Pipes pipes) {
  if (options.origin("password-file") != Origin::file) return room.password;
  if (room.password_file.empty()) return std::string();
  auto password = voice::app::read_password(room.password_file, pipes);
  if (!password) return unexpected(options.place_of("password-file") + ": " + password.error());
  return password;
}

struct RoomFile {
  RoomRules rules;
  bool has_settings = false;
};

voice::expected<RoomFile, std::string> read_room(const fs::path& file, const Config& server,
                                                 Pipes pipes) {
  const std::string name = file.stem().string();
  if (const std::string fault = name_fault(name); !fault.empty())
    return unexpected(file.string() + ": " + fault);
  Config room = server;
  const auto options = declare_room_options(room, name);
  if (const auto parsed = options->parse_file(file.string(), pipes); !parsed)
    return unexpected(parsed.error().text);
  if (room.participants_max > server.participants_max) {
    return unexpected(options->place_of("participants-max") + ": " +
                      std::to_string(room.participants_max) + " is more than the " +
                      std::to_string(server.participants_max) +
                      " of the whole server; raise participants-max in voiced.conf, too");
  }
  auto password = password_of(room, *options, pipes);
  if (!password) return unexpected(password.error());
  RoomRules rules{.options = room_options(room),
                  .password = std::move(*password),
                  .names = name_rule(room),
                  .guests = guests_rule(room),
                  .roles = {.members = account_names(room.members),
                            .speakers = account_names(room.speakers),
                            .operators = account_names(room.operators)}};
  rules.options.name = name;
  return RoomFile{std::move(rules), options->settings_in_file() != 0};
}

}  // namespace

voice::expected<void, std::string> load_rooms(Settings& settings, Pipes pipes) {
  Config& config = settings.config;
  config.rooms.clear();
  config.rooms_without_settings.clear();
  if (config.rooms_folder.empty()) return {};
  const auto files = files_in(config.rooms_folder);
  if (!files) return unexpected(settings.options->place_of("rooms") + ": " + files.error());
  // Apart from `config`, of which every room gets a copy.
  std::vector<RoomRules> rooms;
  std::set<std::string> without_settings;
  for (const fs::path& file : *files) {
    auto room = read_room(file, config, pipes);
    if (!room) return unexpected(room.error());
    if (!room->has_settings) without_settings.insert(room->rules.options.name);
    rooms.push_back(std::move(room->rules));
  }
  config.rooms = std::move(rooms);
  config.rooms_without_settings = std::move(without_settings);
  return {};
}

}  // namespace voiced
