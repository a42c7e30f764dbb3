// Reads passwords from files, because others can read command lines and environments.
#pragma once

#include "common/app/text_file.hpp"
#include "common/core/result.hpp"

#include <string>

namespace voice::app {

/// Longest password, in bytes of UTF-8.
inline constexpr std::size_t password_bytes_max = 128;

/// The first line of a file that holds one `what`. Fails as read_password() does.
[[nodiscard]] expected<std::string, std::string> read_first_line(const std::string& path,
                                                                 std::size_t bytes_max,
                                                                 const std::string& what,
                                                                 Pipes pipes = Pipes::allowed);

/// The first line of a file. Fails with the path, the reason and the remedy when the file cannot be
/// read, or its first line is empty, too long, or contains what cannot be sent (control characters,
/// leading or trailing spaces, invalid UTF-8).
[[nodiscard]] expected<std::string, std::string> read_password(const std::string& path,
                                                               Pipes pipes = Pipes::allowed);

}  // namespace voice::app
