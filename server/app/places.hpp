// Where a running voiced finds or puts what is not configuration: its control socket, its state and
// its secrets. As the service manager says, in variables such as RUNTIME_DIRECTORY, else where
// programs started by hand do.
#pragma once

#include <string>

namespace voiced {

/// The file for the control socket when none is named; its folder exists then. Empty when this
/// user has no place for it.
[[nodiscard]] std::string default_control_path();

/// The folder for state when none is named; empty: nowhere.
[[nodiscard]] std::string default_state_directory();

/// A file that the service manager hands over for this service alone (systemd's LoadCredential=);
/// empty when there is none of that name.
[[nodiscard]] std::string credential_path(const std::string& name);

}  // namespace voiced
