// What a state file holds and this run has not read or written itself is set aside under another
// name, never overwritten.
#pragma once

#include "common/core/result.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace voiced {

/// Tells one content of a file from another without reading it.
struct FileState {
  std::uintmax_t bytes = 0;
  std::filesystem::file_time_type changed;
  friend bool operator==(const FileState&, const FileState&) = default;
};

/// None if there is no such file, or it cannot be looked at.
[[nodiscard]] std::optional<FileState> state_of(const std::string& path);

/// Gives the file a second name, `path`.set-aside-N, that nothing has yet, and returns it: at no
/// moment is the file not at `path`. If `path` is a link, the file that it leads to gets the name,
/// or is copied there from another file system. Fails with an error message. May wait for the
/// disk.
[[nodiscard]] voice::expected<std::string, std::string> set_aside(const std::string& path);

}  // namespace voiced
