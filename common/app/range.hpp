// A validator for whole numbers that tells what was given and what would be right.
#pragma once

#include <CLI/CLI.hpp>

namespace voice::app {

/// Accepts min…max.
[[nodiscard]] CLI::Validator range(int min, int max);

}  // namespace voice::app
