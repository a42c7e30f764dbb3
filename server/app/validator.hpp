// The last step to a configuration that voiced starts with: its secrets are read, and it is
// compared with this machine. --check-config, start and reload all take it, so that their verdicts
// agree.
#pragma once

#include "server/app/config.hpp"

namespace voiced {

/// Sockets of its own, which `listen` and `port` name, or those that a service manager hands over.
enum class Sockets : std::uint8_t { own, inherited };

/// Loads the secrets, then looks for what a start would refuse without asking the network. Fails
/// with "file:line: key: reason". Temporary failures (a port in use) are not checked. Changes
/// nothing on this machine. Blocks as long as its file systems do.
[[nodiscard]] voice::expected<void, std::string> complete(Settings& settings,
                                                          voice::app::Pipes pipes, Sockets sockets);

}  // namespace voiced
