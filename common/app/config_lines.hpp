// Reads `key = value` files the way CLI11 does (TOML/INI) and remembers the line of every key.
#pragma once

#include "common/core/result.hpp"

#include <string>
#include <vector>

namespace voice::app {

struct ConfigLine {
  std::string key;  // with its section in front, "section.key", when there is one
  std::vector<std::string> values;
  int line = 0;  // 1…
};

struct ConfigFileError {
  int line = 0;  // 0: the file as a whole
  std::string reason;
};

/// Largest file read; a configuration is a page, and the path may name anything.
inline constexpr std::size_t config_bytes_max = 256 * 1024;

/// Parses the text of a file. Fails when it is not a configuration (binary, too long, a key given
/// twice).
[[nodiscard]] expected<std::vector<ConfigLine>, ConfigFileError> parse_config(
    const std::string& text);

}  // namespace voice::app
