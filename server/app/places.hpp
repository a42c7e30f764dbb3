// Where a running voiced finds or puts what is not configuration: its control socket, its state and
// its secrets. The service manager decides, by variables such as RUNTIME_DIRECTORY; otherwise, the
// usual places for programs started by hand apply.
#pragma once

#include <string>

namespace voiced {

/// The path of the control socket if none is configured; its folder then exists. Empty if there is
/// no place for it that this user may use.
[[nodiscard]] std::string default_control_path();

/// The folder for state if none is configured; empty: there is none.
[[nodiscard]] std::string default_state_directory();

/// A file that the service manager hands over for this service alone (systemd's LoadCredential=);
/// empty if there is none with that name.
[[nodiscard]] std::string credential_path(const std::string& name);

}  // namespace voiced
