#include "server/app/validator.hpp"

#include "common/net/endpoint.hpp"
#include "server/app/account_files.hpp"
#include "server/app/ban_file.hpp"
#include "server/app/certificate_files.hpp"
#include "server/app/config_addresses.hpp"
#include "server/app/places.hpp"
#include "server/app/room_files.hpp"
#include "server/net/listen_addresses.hpp"
#include "server/net/listener.hpp"
#ifdef VOICE_WITH_SOUND
#include "common/device/device_spec.hpp"
#include "common/device/file/file_capture.hpp"
#include "common/device/file/new_file.hpp"
#endif

#include <boost/asio/local/stream_protocol.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>
#ifdef BOOST_ASIO_HAS_LOCAL_SOCKETS
#include <fcntl.h>
#include <grp.h>
#include <sys/un.h>
#include <unistd.h>
#endif

namespace voiced {
namespace {

namespace fs = std::filesystem;
using boost::asio::ip::tcp;

/// A setting and what is wrong with it.
struct Fault {
  std::string setting;  // empty: $STATE_DIRECTORY, which is not a setting of voiced
  std::string reason;
};
using Verdict = std::optional<Fault>;

#ifdef BOOST_ASIO_HAS_LOCAL_SOCKETS
bool may(const fs::path& path, int mode) {
  return ::faccessat(AT_FDCWD, path.c_str(), mode, AT_EACCESS) == 0;
}

std::optional<gid_t> group_id(const std::string& name) {
  std::vector<char> memory(std::size_t{64} * 1024);
  group entry{};
  group* found = nullptr;
  ::getgrnam_r(name.c_str(), &entry, memory.data(), memory.size(), &found);
  return found == nullptr ? std::nullopt : std::optional(found->gr_gid);
}
#endif

/// Why no file can be created in `folder`, or empty.
std::string folder_fault(const fs::path& folder) {
  std::error_code error;
  const fs::file_status there = fs::status(folder, error);
  if (there.type() == fs::file_type::not_found) {
    return "the folder " + folder.string() + " does not exist; create it, or name another";
  }
  if (error) return folder.string() + ": " + error.message();
  if (there.type() != fs::file_type::directory) {
    return folder.string() + " is not a folder; name one";
  }
#ifdef BOOST_ASIO_HAS_LOCAL_SOCKETS
  if (!may(folder, W_OK | X_OK)) {
    return "cannot write to the folder " + folder.string() + ": " + std::strerror(errno) +
           "; give it to the user that voiced runs as, or name another";
  }
#endif
  return {};
}

fs::path folder_of(const std::string& file) {
  const fs::path folder = fs::path(file).parent_path();
  return folder.empty() ? fs::path(".") : folder;
}

/// One socket that the conference will listen on.
struct Place {
  const char* setting;
  std::string shown;
  tcp::endpoint at;
  bool may_be_missing;  // IPv6, where all addresses are meant
};

/// Adds the sockets of one setting to `places`.
Verdict add_places(const ListenAt& where, const char* setting, const std::string& shown,
                   std::vector<Place>& places) {
  using boost::asio::ip::address;
  if (where.addresses.empty()) {
    places.push_back(
        {setting, shown, {address(boost::asio::ip::address_v4::any()), where.port}, false});
    places.push_back(
        {setting, shown, {address(boost::asio::ip::address_v6::any()), where.port}, true});
    return {};
  }
  const auto parsed = parse_listen_addresses(where.addresses);
  if (!parsed) {
    if (parsed.error().mends == ListenError::Mends::with_time) return {};
    return Fault{setting, parsed.error().text};
  }
  for (const address& each : *parsed) {
    places.push_back({setting, shown, {each, where.port}, false});
  }
  return {};
}

/// All sockets of the conference that are known before the start.
Verdict find_places(const Config& config, std::vector<Place>& places) {
  if (listens_plain(config)) {
    const ListenAt plain{config.listen, static_cast<std::uint16_t>(config.port)};
    if (auto fault = add_places(plain, "listen", std::to_string(config.port), places)) return fault;
  }
  for (const std::string& text : config.listen_tls) {
    const auto where = parse_listen_at(text).value_or(ListenAt{});
    if (auto fault = add_places(where, "listen-tls", text, places)) return fault;
  }
  const ProxyListeners proxied = proxy_listeners(config);
  for (const auto* const list : {&proxied.plain, &proxied.encrypted}) {
    for (const ListenAt& where : *list) {
      const std::string shown = std::to_string(where.port);
      if (auto fault = add_places(where, "listen-proxy", shown, places)) return fault;
    }
  }
  return {};
}

bool collide(const tcp::endpoint& a, const tcp::endpoint& b) {
  return a.port() != 0 && a.port() == b.port() && overlap(a.address(), b.address());
}

// Two sockets of the same voiced with one address would never both work, however long it waited.
Verdict check_collisions(const std::vector<Place>& places) {
  for (std::size_t i = 0; i < places.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!collide(places[i].at, places[j].at)) continue;
      return Fault{places[i].setting,
                   "`" + places[i].shown + "` overlaps with `" + places[j].setting + "`, port " +
                       std::to_string(places[j].at.port()) + "; use another port"};
    }
  }
  return {};
}

Verdict check_listening(const Config& config) {
  if (!listens_plain(config) && config.listen_tls.empty() && config.listen_proxy.empty()) {
    return Fault{"listen",
                 "`none`, and listen-tls and listen-proxy are empty: nobody could connect; set one "
                 "of them"};
  }
  std::vector<Place> places;
  if (auto fault = find_places(config, places)) return fault;
  if (auto fault = check_collisions(places)) return fault;
  for (const Place& place : places) {
    if (place.may_be_missing) continue;
    const auto fault = lasting_fault(place.at);
    if (!fault) continue;
    const bool is_plain_port =
        place.setting == std::string_view("listen") && fault->about == ListenError::About::port;
    return Fault{is_plain_port ? "port" : place.setting, fault->text};
  }
  return {};
}

Verdict check_addresses(const Config& config) {
  if (!config.listen_proxy.empty() && config.proxy_from.empty()) {
    return Fault{"listen-proxy",
                 "needs proxy-from, the addresses of the proxies, such as 127.0.0.1: connections "
                 "from elsewhere are rejected"};
  }
  for (const auto& [setting, ranges] :
       {std::pair{"allow-from", &config.allow_from}, std::pair{"deny-from", &config.deny_from},
        std::pair{"proxy-from", &config.proxy_from}}) {
    if (ranges->size() <= address_ranges_max) continue;
    return Fault{setting, "too many addresses and ranges: " + std::to_string(ranges->size()) +
                              " (at most " + std::to_string(address_ranges_max) +
                              "); merge some into wider ranges"};
  }
  return {};
}

Verdict check_metrics(const Config& config, Sockets sockets) {
  if (config.metrics_address.empty()) return {};
  const auto at = voice::parse_endpoint(config.metrics_address);
  if (!at) return Fault{"metrics-address", at.error()};
  std::vector<Place> places;
  if (sockets == Sockets::own) (void)find_places(config, places);
  for (const Place& place : places) {
    if (!collide(place.at, *at)) continue;
    return Fault{"metrics-address", "`" + config.metrics_address +
                                        "` is where the conference listens (`" + place.setting +
                                        "`); use another port"};
  }
  const auto fault = lasting_fault(*at);
  return fault ? Verdict(Fault{"metrics-address", fault->text}) : Verdict();
}

Verdict check_control_socket(const Config& config) {
  const std::string& path = config.control_socket;
  if (path.empty()) return {};
#ifdef BOOST_ASIO_HAS_LOCAL_SOCKETS
  constexpr std::size_t path_bytes_max = sizeof(sockaddr_un::sun_path) - 1;
  if (path.size() > path_bytes_max) {
    return Fault{"control-socket", path + " is too long for a socket; use at most " +
                                       std::to_string(path_bytes_max) + " bytes"};
  }
  std::error_code error;
  const auto type = fs::symlink_status(path, error).type();
  if (type != fs::file_type::not_found && type != fs::file_type::none &&
      type != fs::file_type::socket) {
    return Fault{"control-socket",
                 path + " exists and is not a socket; remove it, or name another path"};
  }
#endif
  const std::string folder = folder_of(path);
  // The unit's runtime directory exists only while the service runs.
  const bool is_of_unit = folder == "/run/voiced" || folder.starts_with("/run/voiced-");
  if (config.check_only && is_of_unit) return {};
  const std::string fault = folder_fault(folder);
  return fault.empty() ? Verdict() : Fault{"control-socket", fault};
}

Verdict check_control_group([[maybe_unused]] const Config& config) {
#ifdef BOOST_ASIO_HAS_LOCAL_SOCKETS
  if (config.control_group.empty()) return {};
  const auto wanted = group_id(config.control_group);
  if (!wanted) {
    return Fault{"control-group", "there is no group `" + config.control_group +
                                      "`; name one that exists, or create it with groupadd"};
  }
  if (::geteuid() == 0 || ::getegid() == *wanted) return {};
  std::vector<gid_t> own(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
  const int count = ::getgroups(static_cast<int>(own.size()), own.data());
  own.resize(static_cast<std::size_t>(std::max(count, 0)));
  if (std::find(own.begin(), own.end(), *wanted) == own.end()) {
    return Fault{
        "control-group",
        "voiced runs as a user that is not a member of the group `" + config.control_group +
            "` and cannot give it the socket; under systemd, set Group=" + config.control_group +
            " in a drop-in, and leave control-group out; elsewhere, add "
            "the user to the group"};
  }
#endif
  return {};
}

Verdict check_control(const Config& config) {
  if (config.control_socket == "off") return {};
  if (auto fault = check_control_socket(config)) return fault;
  return check_control_group(config);
}

Verdict check_state(const Config& config) {
  const std::string folder =
      config.state_directory.empty() ? default_state_directory() : config.state_directory;
  const char* const setting = config.state_directory.empty() ? "" : "state-directory";
  if (folder.empty()) {
    const auto credential = read_invitation_key(folder);
    return credential ? Verdict() : Fault{"state-directory", credential.error()};
  }
  if (std::string reason = folder_fault(folder); !reason.empty()) {
    return Fault{setting, std::move(reason)};
  }
  // Read in the same way as at the start. Their content is not used here.
  if (const auto bans = read_bans(folder); !bans) return Fault{setting, bans.error()};
  if (const auto key = read_invitation_key(folder); !key) return Fault{setting, key.error()};
  if (const auto ended = EndedInvitationsFile::read(folder); !ended) {
    return Fault{setting, ended.error()};
  }
  return {};
}

#ifdef VOICE_WITH_SOUND

Verdict check_sound(const Config& config) {
  using Kind = voice::DeviceSpec::Kind;
  if (config.silent) return {};
  const auto format = *voice::AudioFormat::from_rate(config.sample_rate);
  const auto input =
      voice::parse_device_spec(config.input_device, voice::Direction::capture, format);
  if (!input) return Fault{"input-device", input.error().message};
  const auto output =
      voice::parse_device_spec(config.output_device, voice::Direction::playback, format);
  if (!output) return Fault{"output-device", output.error().message};
  if (input->kind == Kind::file) {
    const auto opened = voice::FileCapture::open(input->text, format);
    if (!opened) return Fault{"input-device", opened.error().message};
  }
  if (output->kind != Kind::file) return {};
  if (input->kind == Kind::file && voice::is_same_file(input->text, output->text)) {
    return Fault{"output-device", "'" + output->text + "' is also the input; give another path"};
  }
  const auto made = voice::check_new_file(output->text);
  return made ? Verdict() : Fault{"output-device", made.error()};
}

#else

Verdict check_sound(const Config& config) {
  if (config.silent) return {};
  return Fault{"silent", "this voiced was built without sound; set silent = true"};
}

#endif

}  // namespace

voice::expected<void, std::string> complete(Settings& settings, voice::app::Pipes pipes,
                                            Sockets sockets) {
  if (auto secrets = load_secrets(settings, pipes); !secrets) return secrets;
  if (auto loaded = load_rooms(settings, pipes); !loaded) return loaded;
  if (auto accounts = load_accounts(settings, pipes); !accounts) return accounts;
  if (auto loaded = load_certificate(settings, pipes); !loaded) return loaded;
  const Config& config = settings.config;
  Verdict verdict;
  if (sockets == Sockets::own) verdict = check_listening(config);
  if (!verdict) verdict = check_addresses(config);
  if (!verdict) verdict = check_control(config);
  if (!verdict) verdict = check_state(config);
  if (!verdict) verdict = check_metrics(config, sockets);
  if (!verdict) verdict = check_sound(config);
  if (!verdict) return {};
  const std::string place = verdict->setting.empty() ? "environment STATE_DIRECTORY"
                                                     : settings.options->place_of(verdict->setting);
  return voice::unexpected(place + ": " + verdict->reason);
}

}  // namespace voiced
