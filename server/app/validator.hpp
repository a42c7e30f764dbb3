// The last step in checking a configuration: reads its secrets, and checks whether this machine
// supports it. --check-config, startup and reload all use it, so that their verdicts agree.
#pragma once

#include "server/app/config.hpp"

namespace voiced {

/// Sockets of its own, which `listen` and `port` name, or those that a service manager hands over.
enum class Sockets : std::uint8_t { own, inherited };

/// Loads the secrets, then looks for anything that would prevent a start, without using the
/// network. Fails with "file:line: key: reason". Temporary failures (a port in use) are not
/// checked. Changes nothing on this machine. Blocks as long as its file systems do.
[[nodiscard]] voice::expected<void, std::string> complete(Settings& settings,
                                                          voice::app::Pipes pipes, Sockets sockets);

}  // namespace voiced
