// A validator for words of a closed set, which help, manual and completions can list.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace voice::app {

/// Accepts one of `words`, written as they are. They hold no comma and no brace.
[[nodiscard]] CLI::Validator one_of(const std::vector<std::string>& words);

}  // namespace voice::app
