// Reads the files in the folder `rooms`: one for each room except the front room.
#pragma once

#include "common/app/text_file.hpp"
#include "server/app/config.hpp"

#include <string>

namespace voiced {

/// Reads them into Config::rooms, after load_secrets(). What a file does not set is as in the
/// server's configuration. Fails with the place, the reason and the remedy.
[[nodiscard]] voice::expected<void, std::string> load_rooms(
    Settings& settings, voice::app::Pipes pipes = voice::app::Pipes::allowed);

}  // namespace voiced
