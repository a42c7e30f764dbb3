// Variables with which a service manager speaks to the program it starts.
#pragma once

#include <cstdint>
#include <string>

namespace voiced {

/// The value of a variable, empty when there is none. It is removed, so that no child takes it for
/// its own.
[[nodiscard]] std::string take_variable(const char* name);

[[nodiscard]] std::int64_t process_id() noexcept;

}  // namespace voiced
