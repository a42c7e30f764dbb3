// `voicectl user`: changes the users file itself, whether or not a server is running.
#pragma once

#include "common/app/options.hpp"
#include "common/core/result.hpp"
#include "ctl/arguments.hpp"

#include <string>

namespace voicectl {

/// Carries out `arguments` on the file at `path`, which is not empty. Asks for the password at the
/// terminal, or reads it from standard input or a file. Returns what to print.
[[nodiscard]] voice::expected<std::string, voice::app::Exit> change_users(
    const std::string& path, const Arguments& arguments);

/// Whether the action changes the file, so that a running server has to read it again.
[[nodiscard]] bool changes_users(const Arguments& arguments);

/// The path that a setting holds, from its value as it stands in the configuration file.
[[nodiscard]] std::string path_of_setting(const std::string& value);

}  // namespace voicectl
