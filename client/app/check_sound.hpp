// Finds mistakes in what the user named for sound before a connection is made: a file that is not
// there or is no sound, a place that cannot be written, one file for two purposes, a tone that is
// no number. Creates, changes and removes nothing. Sound cards are not looked at: one that is
// missing is waited for.
#pragma once

#include "client/app/config.hpp"

namespace voicecli {

/// Fails with the place (flag, variable or file:line: key), the reason and what would be right.
[[nodiscard]] voice::expected<void, voice::app::Exit> check_sound(
    const Config& config, const voice::app::Options& options);

}  // namespace voicecli
