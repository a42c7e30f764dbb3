// Variables with which a service manager speaks to the program it starts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace voiced {

/// The value of a variable, empty when there is none. It is removed, so that no child takes it for
/// its own.
[[nodiscard]] std::string take_variable(const char* name);

/// A decimal number and nothing else.
[[nodiscard]] std::optional<std::int64_t> whole_number(const std::string& text) noexcept;

[[nodiscard]] std::int64_t process_id() noexcept;

}  // namespace voiced
