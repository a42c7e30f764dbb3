// Reads small text files whole: configurations, passwords. Distinguishes a file that does not exist
// from one that cannot be read, because a server that confuses the two would run with defaults, and
// without its password.
#pragma once

#include "common/core/result.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace voice::app {

/// Whether the file may be a pipe, such as `<(command)` in a shell. A pipe can be read only once.
enum class Pipes : std::uint8_t { allowed, refused };

struct FileError {
  enum class Kind : std::uint8_t {
    absent,      // no file has this name, and the path has no dangling link
    unreadable,  // everything else
  };
  Kind kind = Kind::unreadable;
  std::string reason;  // without the path: "cannot be read: Permission denied"
};

/// Whether a program may run with its defaults, without this file: only if the user has not named
/// one, and no file with the default name exists.
[[nodiscard]] bool is_dispensable(const FileError& error, bool is_named) noexcept;

/// How long the writer of a pipe may take to close it.
inline constexpr std::chrono::milliseconds pipe_time_max{5000};

/// The text of a regular file, of a pipe (where `pipes` allows it) or of /dev/null. Of a file that
/// is longer than `bytes_max` it is the beginning, still longer than `bytes_max`, so that the
/// caller sees it. A UTF-8 byte order mark at the beginning is left out. Fails also for UTF-16, and
/// for a pipe that nothing comes out of: the command at its other end has failed. Blocks as long as
/// the file system does, and up to `pipe_time` for a pipe.
[[nodiscard]] expected<std::string, FileError> read_text_file(
    const std::string& path, std::size_t bytes_max, Pipes pipes,
    std::chrono::milliseconds pipe_time = pipe_time_max);

}  // namespace voice::app
