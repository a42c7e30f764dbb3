// Sockets that a service manager listens on for this program and hands over when it starts it
// (sd_listen_fds(3)): descriptors from 3 on, counted by LISTEN_FDS.
#pragma once

#include "common/core/result.hpp"

#include <string>
#include <vector>

namespace voiced {

struct InheritedSocket {
  int descriptor = -1;
  std::string name;  // "voiced.socket", or what FileDescriptorName= says; may be empty
};

/// Those that are meant for this process (LISTEN_PID), none when there are none. They are not
/// passed on to children, and neither are the variables, which are removed. Fails when they are
/// meant for this process and LISTEN_FDS does not say how many they are: to do without them would
/// mean to listen somewhere else.
[[nodiscard]] voice::expected<std::vector<InheritedSocket>, std::string> take_inherited_sockets();

}  // namespace voiced
