// What a program prints before it exits: an answer that did not arrive is not a success.
#pragma once

#include "common/app/options.hpp"

#include <string>

namespace voice::app {

/// Writes `text` to standard output, to its end. Otherwise a failure with the reason, for people.
[[nodiscard]] Exit print(const std::string& text);

}  // namespace voice::app
