// Variables with which a service manager speaks to the program it starts.
#pragma once

#include <cstdint>
#include <string>

namespace voiced {

/// The value of a variable; empty if there is none. The variable is removed, so that no child
/// process takes it for its own.
[[nodiscard]] std::string take_variable(const char* name);

[[nodiscard]] std::int64_t process_id() noexcept;

}  // namespace voiced
