// Reads what an operator asks for: one line of words (docs/control.md).
#pragma once

#include "common/core/result.hpp"

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace voiced {

struct Word {
  std::string text;
  bool is_quoted = false;
};

/// Splits at blanks; a word in double quotes may hold blanks, and \" and \\ mean " and \.
/// Fails with a text for people when a quote is left open or a control character is in it.
[[nodiscard]] voice::expected<std::vector<Word>, std::string> words_of(std::string_view line);

/// The rest of a request, as a reason for people to read: cleaned, and cut to a limit.
[[nodiscard]] std::string reason_of(std::span<const Word> words);

/// "90s", "10m", "2h", "7d"; up to ten years. Fails with a text for people.
[[nodiscard]] voice::expected<std::chrono::seconds, std::string> parse_span(std::string_view text);

}  // namespace voiced
