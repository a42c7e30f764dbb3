// Finds mistakes in the user's choice of sound devices before a connection is made: a file that
// does not exist or is not a sound file, a path that cannot be written, one file for two purposes,
// a tone that is not a number. Creates, changes and removes nothing. Does not check sound cards,
// because a missing one is waited for.
#pragma once

#include "client/app/config.hpp"

namespace voicecli {

/// Fails with the place (flag, variable or file:line: key), the reason and what is valid.
[[nodiscard]] voice::expected<void, voice::app::Exit> check_sound(
    const Config& config, const voice::app::Options& options);

}  // namespace voicecli
