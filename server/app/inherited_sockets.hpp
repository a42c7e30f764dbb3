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

/// The sockets that are meant for this process (LISTEN_PID), if any. Child processes inherit
/// neither them nor the variables, which are removed. Fails if there are sockets for this process
/// but LISTEN_FDS is not a valid number: ignoring them would mean listening somewhere else.
[[nodiscard]] voice::expected<std::vector<InheritedSocket>, std::string> take_inherited_sockets();

}  // namespace voiced
