// Reads what an operator asks for: one line of words (docs/control.md).
#pragma once

#include "common/core/result.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace voiced {

/// Splits at blanks; a word in double quotes may hold blanks, and \" and \\ stand for " and \.
/// Fails with a text for people when a quote is left open or a control character is in it.
[[nodiscard]] voice::expected<std::vector<std::string>, std::string> words_of(
    std::string_view line);

/// "90s", "10m", "2h", "7d"; up to ten years. Fails with a text for people.
[[nodiscard]] voice::expected<std::chrono::seconds, std::string> parse_span(std::string_view text);

}  // namespace voiced
