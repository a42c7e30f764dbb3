// An event as a line for people and log files: `connected server=host:7000 rate_hz=8000
// protocol=voice/1`.
#pragma once

#include "client/call/status.hpp"
#include "client/ui/event_line.hpp"

#include <string>

namespace voicecli {

/// The name with blanks for underscores, then key=value; values with blanks are quoted. Safe
/// for a terminal, whatever the server sent. Without a line end.
[[nodiscard]] std::string text_of(const EventLine& event);

/// The answer to the command `status` where there is no status line.
[[nodiscard]] std::string text_of(const Status& status);

}  // namespace voicecli
