#include "server/app/inherited_sockets.hpp"

#include "common/core/number.hpp"
#include "server/app/environment.hpp"

#ifndef _WIN32
#include <fcntl.h>

#include <sstream>
#endif

namespace voiced {

#ifndef _WIN32

namespace {

constexpr int first_descriptor = 3;
// A unit has a few; a larger number is a mistake, and would make us check descriptors in vain.
constexpr int sockets_max = 256;

}  // namespace

voice::expected<std::vector<InheritedSocket>, std::string> take_inherited_sockets() {
  const auto pid = voice::parse_number<std::int64_t>(take_variable("LISTEN_PID"));
  const std::string how_many = take_variable("LISTEN_FDS");
  std::istringstream names(take_variable("LISTEN_FDNAMES"));
  std::vector<InheritedSocket> sockets;
  if (pid != process_id()) return sockets;
  const auto count = voice::parse_number<std::int64_t>(how_many);
  if (!count || *count < 1 || *count > sockets_max) {
    return voice::unexpected("socket activation: LISTEN_FDS is `" + how_many +
                             "`; it must be the number of sockets, 1 to " +
                             std::to_string(sockets_max) + ", or LISTEN_PID must not be set");
  }
  for (int i = 0; i < *count; ++i) {
    const int descriptor = first_descriptor + i;
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    std::string name;
    std::getline(names, name, ':');
    sockets.push_back({descriptor, std::move(name)});
  }
  return sockets;
}

#else

voice::expected<std::vector<InheritedSocket>, std::string> take_inherited_sockets() {
  return std::vector<InheritedSocket>{};
}

#endif

}  // namespace voiced
