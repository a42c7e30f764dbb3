// Reads a configuration file and remembers the line of every key. One `key = value` per line, a
// subset of TOML and INI: a word, "a string", 'a string' or ["several", "of them"]; # begins a
// comment.
#pragma once

#include "common/core/result.hpp"

#include <string>
#include <vector>

namespace voice::app {

struct ConfigLine {
  std::string key;
  std::vector<std::string> values;  // one, or those of a list: none to many
  int line = 0;                     // 1…
};

struct ConfigFileError {
  int line = 0;  // 0: the file as a whole
  std::string reason;
};

/// The largest file that is read; a configuration is small, but the path may name anything.
inline constexpr std::size_t config_bytes_max = 256 * 1024;

/// Parses the text of a file. Fails when it is not a configuration (binary, too long, a section, a
/// key given twice, a quote or bracket left open).
[[nodiscard]] expected<std::vector<ConfigLine>, ConfigFileError> parse_config(
    const std::string& text);

}  // namespace voice::app
