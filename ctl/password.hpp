// Asks for a password: at the terminal without echo, twice; or from standard input, or a file.
#pragma once

#include "common/app/options.hpp"
#include "common/core/result.hpp"

#include <string>
#include <string_view>

namespace voicectl {

/// @param file a path; empty: ask at the terminal or, if standard input is not a terminal, read its
/// first line.
[[nodiscard]] voice::expected<std::string, voice::app::Exit> ask_password(const std::string& file,
                                                                          std::string_view user);

/// The text that remains of a line of keys after its backspaces.
/// @param keys without the end of the line
[[nodiscard]] std::string typed(std::string_view keys);

}  // namespace voicectl
