// Validators for the values of options. Each error says what was given and what is valid; each
// validator also describes itself for --help, manual pages and completions.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace voice::app {

/// Accepts whole numbers from `min` to `max`.
[[nodiscard]] CLI::Validator range(int min, int max);

/// Also accepts 0, which stands for something else.
[[nodiscard]] CLI::Validator range_or_zero(int min, int max);

/// Accepts finite numbers from `min` to `max`. `limits` describes them instead of "min…max".
[[nodiscard]] CLI::Validator range(double min, double max, const std::string& limits = "");

/// Accepts one of `words`, written as they are. They hold no comma and no brace.
[[nodiscard]] CLI::Validator one_of(const std::vector<std::string>& words);

}  // namespace voice::app
