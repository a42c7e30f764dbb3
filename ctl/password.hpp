// Asks for a password: at the terminal without echo, twice; or from standard input, or a file.
#pragma once

#include "common/app/options.hpp"
#include "common/core/result.hpp"

#include <string>
#include <string_view>

namespace voicectl {

/// @param file a path; empty: the terminal, or the first line of standard input if that is none.
[[nodiscard]] voice::expected<std::string, voice::app::Exit> ask_password(const std::string& file,
                                                                          std::string_view user);

/// What was typed, with each erased letter taken back; for a line of keys without its end.
[[nodiscard]] std::string typed(std::string_view keys);

}  // namespace voicectl
