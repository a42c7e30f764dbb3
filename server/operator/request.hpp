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
/// Fails with an error message if a quote is left open or `line` has a control character.
[[nodiscard]] voice::expected<std::vector<Word>, std::string> words_of(std::string_view line);

/// The rest of a request as a reason: cleaned, and cut to ban_reason_bytes_max.
[[nodiscard]] std::string reason_of(std::span<const Word> words);

/// "90s", "10m", "2h", "7d"; up to ten years. Fails with an error message.
[[nodiscard]] voice::expected<std::chrono::seconds, std::string> parse_span(std::string_view text);

}  // namespace voiced
