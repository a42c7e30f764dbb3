#include "server/app/validator.hpp"

#include "common/net/endpoint.hpp"
#include "server/app/account_files.hpp"
#include "server/app/certificate_files.hpp"
#include "server/app/places.hpp"
#include "server/app/room_files.hpp"
#include "server/net/listen_addresses.hpp"
#include "server/net/listener.hpp"
#ifdef VOICE_WITH_SOUND
#include "common/device/device_spec.hpp"
#include "common/device/file/file_capture.hpp"
#endif

#include <boost/asio/local/stream_protocol.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
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

/// Why no file can be made in `folder`, or empty.
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

Verdict fault_of(const ListenError& error) {
  return Fault{error.about == ListenError::About::port ? "port" : "listen", error.text};
}

/// What `listen` and `port` name: an empty `listen` means all addresses.
std::vector<boost::asio::ip::address> addresses_of(const Config& config) {
  using boost::asio::ip::address;
  if (!listens_plain(config)) return {};
  if (config.listen.empty()) {
    return {address(boost::asio::ip::address_v4::any()),
            address(boost::asio::ip::address_v6::any())};
  }
  return parse_listen_addresses(config.listen).value_or(std::vector<address>{});
}

Verdict check_listening(const Config& config) {
  if (!listens_plain(config)) {
    if (!config.listen_tls.empty() || !config.listen_proxy.empty()) return {};
    return Fault{"listen",
                 "`none`, and listen-tls and listen-proxy are empty: nobody could connect; set one "
                 "of them"};
  }
  const auto parsed = parse_listen_addresses(config.listen);
  if (!parsed) {
    if (parsed.error().mends == ListenError::Mends::with_time) return {};
    return fault_of(parsed.error());
  }
  for (const auto& address : addresses_of(config)) {
    const bool may_be_missing = config.listen.empty() && address.is_v6();
    if (may_be_missing) continue;
    const auto fault = lasting_fault({address, static_cast<std::uint16_t>(config.port)});
    if (fault) return fault_of(*fault);
  }
  return {};
}

Verdict check_addresses(const Config& config) {
  if (!config.listen_proxy.empty() && config.proxy_from.empty()) {
    return Fault{"listen-proxy",
                 "needs proxy-from, the addresses of the proxies, such as 127.0.0.1: nobody else "
                 "is served there"};
  }
  for (const auto& [setting, ranges] :
       {std::pair{"allow-from", &config.allow_from}, std::pair{"deny-from", &config.deny_from},
        std::pair{"proxy-from", &config.proxy_from}}) {
    if (ranges->size() <= address_ranges_max) continue;
    return Fault{setting, std::to_string(ranges->size()) + " addresses and ranges are too many; " +
                              std::to_string(address_ranges_max) +
                              " are possible: join some into wider ranges"};
  }
  return {};
}

Verdict check_metrics(const Config& config, Sockets sockets) {
  if (config.metrics_address.empty()) return {};
  const auto at = voice::parse_endpoint(config.metrics_address);
  if (!at) return Fault{"metrics-address", at.error()};
  if (sockets == Sockets::own && at->port() != 0 && at->port() == config.port) {
    for (const auto& address : addresses_of(config)) {
      if (!overlap(address, at->address())) continue;
      return Fault{"metrics-address", "`" + config.metrics_address +
                                          "` is where the conference listens (`listen`, `port`); "
                                          "use another port"};
    }
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
  const std::string folder = folder_fault(folder_of(path));
  return folder.empty() ? Verdict() : Fault{"control-socket", folder};
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
    return Fault{"control-group", "voiced runs as a user that is not a member of the group `" +
                                      config.control_group +
                                      "` and cannot give it the socket; add the user to it"};
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
  if (folder.empty()) return {};
  const char* const setting = config.state_directory.empty() ? "" : "state-directory";
  if (std::string reason = folder_fault(folder); !reason.empty()) {
    return Fault{setting, std::move(reason)};
  }
  const fs::path bans = fs::path(folder) / "bans";
  std::error_code error;
  if (fs::symlink_status(bans, error).type() == fs::file_type::not_found) return {};
  bool is_readable = fs::is_regular_file(bans, error);
#ifdef BOOST_ASIO_HAS_LOCAL_SOCKETS
  is_readable = is_readable && may(bans, R_OK);
#endif
  if (is_readable) return {};
  return Fault{setting, bans.string() +
                            " cannot be read; make it a file that voiced's user can read, or "
                            "remove it to lift all bans"};
}

#ifdef VOICE_WITH_SOUND

Verdict check_output_file(const std::string& path) {
  std::error_code error;
  const auto type = fs::status(path, error).type();
  if (type == fs::file_type::directory) return Fault{"output-device", path + " is a folder"};
  if (type == fs::file_type::not_found) {
    const std::string reason = folder_fault(folder_of(path));
    return reason.empty() ? Verdict() : Fault{"output-device", reason};
  }
#ifdef BOOST_ASIO_HAS_LOCAL_SOCKETS
  if (!may(path, W_OK)) {
    return Fault{"output-device", "cannot write " + path + ": " + std::strerror(errno)};
  }
#endif
  return {};
}

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
  std::error_code error;
  if (input->kind == Kind::file && fs::equivalent(input->text, output->text, error) && !error) {
    return Fault{"output-device", "'" + output->text + "' is also the input; give another path"};
  }
  return check_output_file(output->text);
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
