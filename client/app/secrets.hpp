// Reads the password and the invitation from where the configuration says.
#pragma once

#include "client/app/config.hpp"

namespace voicecli {

/// Puts them into `client`. Fails if a file cannot be read, or if the settings exclude each other.
[[nodiscard]] voice::expected<void, voice::app::Exit> read_secrets(
    ClientOptions& client, const Config& config, const voice::app::Options& options);

}  // namespace voicecli
