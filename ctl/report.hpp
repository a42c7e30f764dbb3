// voiced's answers as text for the terminal. An answer in, lines out.
#pragma once

#include "ctl/answer.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace voicectl {

struct Reading {
  std::size_t width = 0;        // of the terminal; 0: no limit
  std::int64_t now_unix_s = 0;  // seconds since 1970; for the time that bans have left
};

/// What to print for an answer with `"ok":true`; every line ends in a line feed.
[[nodiscard]] std::string report(const std::string& command, const Json& answer,
                                 const Reading& reading);

/// Every member of an answer to `status` or `stats`, aligned, in the order of the answer.
[[nodiscard]] std::string report_members(const Json& answer);

/// What to warn of although the answer says `"ok":true`: one line for standard error. Empty:
/// nothing.
[[nodiscard]] std::string warning(const std::string& command, const Json& answer);

/// Candidates for shell completion: those that begin with `prefix`, one a line, each once.
/// @param answer to `list`, `bans` or `rooms`
[[nodiscard]] std::string candidates(const Json& answer, std::string_view prefix);

}  // namespace voicectl
