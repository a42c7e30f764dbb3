#include "ctl/places.hpp"

namespace voicectl {
namespace {

std::string value_of(const Environment& environment, const char* name) {
  const char* const value = environment(name);
  return value == nullptr ? "" : value;
}

}  // namespace

voice::expected<std::vector<std::string>, std::string> socket_places(
    const Arguments& arguments, const Environment& environment) {
  using Places = std::vector<std::string>;
  if (!arguments.socket.empty()) return Places{arguments.socket};
  const std::string& instance = arguments.instance;
  if (!instance.empty()) {
    if (instance.find('/') != std::string::npos) {
      return voice::unexpected("--instance: " + instance +
                               " is not the name of a service; for a path, use --socket");
    }
    return Places{"/run/voiced-" + instance + "/control.sock"};
  }
  if (std::string named = value_of(environment, "VOICECTL_SOCKET"); !named.empty()) {
    return Places{std::move(named)};
  }
  // Run by the service itself, such as in ExecReload=: no other voiced is meant.
  const std::string runtime = value_of(environment, "RUNTIME_DIRECTORY");
  if (!runtime.empty()) return Places{runtime.substr(0, runtime.find(':')) + "/control.sock"};
  Places places;
#ifdef _WIN32
  const std::string own = value_of(environment, "LOCALAPPDATA");
#else
  const std::string own = value_of(environment, "XDG_RUNTIME_DIR");
#endif
  if (!own.empty()) places.push_back(own + "/voiced/control.sock");
  places.emplace_back("/run/voiced/control.sock");
  return places;
}

}  // namespace voicectl
