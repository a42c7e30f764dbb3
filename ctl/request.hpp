// The line that is sent to voiced for a command (docs/control.md). Words in, one line out.
#pragma once

#include "common/core/result.hpp"
#include "ctl/arguments.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace voicectl {

/// A word in the form of a request: in quotes if necessary.
[[nodiscard]] std::string request_word(std::string_view word);

/// One line without its line feed. Fails with an error message when it would be too long, or when
/// a word has a control character in it (a line feed would make two requests of one).
/// @param text a reason, which follows the words; may be empty.
[[nodiscard]] voice::expected<std::string, std::string> request_line(
    const std::vector<std::string>& words, const std::string& text = "");

/// The request for any command except `watch`, `user` and `complete`.
[[nodiscard]] voice::expected<std::string, std::string> request_of(const std::string& command,
                                                                   const Arguments& arguments);

}  // namespace voicectl
