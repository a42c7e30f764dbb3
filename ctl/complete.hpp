// What a shell offers behind a command of voicectl: numbers and names of those who are here, or
// what is banned.
#pragma once

#include "ctl/answer.hpp"

#include <string>
#include <string_view>

namespace voicectl {

/// One candidate a line, those that begin with `prefix`, each once.
/// @param answer  to `list` or to `bans`
[[nodiscard]] std::string candidates(const Json& answer, std::string_view prefix);

}  // namespace voicectl
