#include "server/app/inherited_sockets.hpp"

#include "server/app/environment.hpp"

#ifndef _WIN32
#include <fcntl.h>

#include <sstream>
#endif

namespace voiced {

#ifndef _WIN32

namespace {

constexpr int first_descriptor = 3;
// A unit has a handful; a number beyond is a mistake, and would make us walk through nothing.
constexpr int sockets_max = 256;

}  // namespace

std::vector<InheritedSocket> take_inherited_sockets() {
  const auto pid = whole_number(take_variable("LISTEN_PID"));
  const auto count = whole_number(take_variable("LISTEN_FDS")).value_or(0);
  std::istringstream names(take_variable("LISTEN_FDNAMES"));
  if (pid != process_id() || count <= 0 || count > sockets_max) return {};
  std::vector<InheritedSocket> sockets;
  for (int i = 0; i < count; ++i) {
    const int descriptor = first_descriptor + i;
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    std::string name;
    std::getline(names, name, ':');
    sockets.push_back({descriptor, std::move(name)});
  }
  return sockets;
}

#else

std::vector<InheritedSocket> take_inherited_sockets() {
  return {};
}

#endif

}  // namespace voiced
