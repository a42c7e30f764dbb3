// Answers of voiced as people read them. An answer in, lines out.
#pragma once

#include "ctl/answer.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace voicectl {

struct Reading {
  std::size_t width = 0;        // of the terminal; 0: as wide as it takes
  std::int64_t now_unix_s = 0;  // seconds since 1970: a ban is told by the time it has left
};

/// What to print for an answer with `"ok":true`; every line ends in a line feed.
[[nodiscard]] std::string report(const std::string& command, const Json& answer,
                                 const Reading& reading);

/// Every member of an answer, aligned, in its order: `status` and `stats`.
[[nodiscard]] std::string report_members(const Json& answer);

/// What a person must know about an answer that is good: one line for standard error. Empty: there
/// is nothing.
[[nodiscard]] std::string warning(const std::string& command, const Json& answer);

/// What a shell offers behind a command: one candidate a line, those that begin with `prefix`, each
/// once.
/// @param answer to `list` or to `bans`
[[nodiscard]] std::string candidates(const Json& answer, std::string_view prefix);

}  // namespace voicectl
