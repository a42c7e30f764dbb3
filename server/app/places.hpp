// Where a running voiced puts what is not configuration: its control socket and its state. As the
// service manager says (RUNTIME_DIRECTORY, STATE_DIRECTORY), else where programs started by hand
// do.
#pragma once

#include <string>

namespace voiced {

/// The file for the control socket when none is named; its folder is there then. Empty when this
/// user has no place for it.
[[nodiscard]] std::string default_control_path();

/// The folder for state when none is named; empty: nowhere.
[[nodiscard]] std::string default_state_directory();

}  // namespace voiced
