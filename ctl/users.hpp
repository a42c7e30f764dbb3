// `voicectl user`: changes the users file itself, whether a server runs or not.
#pragma once

#include "common/app/options.hpp"
#include "common/core/result.hpp"
#include "ctl/arguments.hpp"

#include <string>

namespace voicectl {

/// Does what `arguments` say with the file of that path. Asks for the password at the terminal, or
/// reads it from standard input or a file. Returns what to tell the user. `path` is not empty.
[[nodiscard]] voice::expected<std::string, voice::app::Exit> change_users(
    const std::string& path, const Arguments& arguments);

/// Whether that action changes the file, so that a running server has to read it again.
[[nodiscard]] bool changes_users(const Arguments& arguments);

}  // namespace voicectl
