// A failed connection in plain words: what happened, and what it says about the address. Pure.
#pragma once

#include "client/call/call_event.hpp"

#include <string>

namespace voicecli {

/// @param server  host:port, as the user named it.
[[nodiscard]] std::string failure_text(const Failed& failed, const std::string& server);

/// The server closed the connection before it announced itself.
/// @param answer  what it said until then (Prelude::answer), or empty.
/// @param reason  how the connection ended.
[[nodiscard]] std::string closed_early_text(const std::string& server, const std::string& answer,
                                            const std::string& reason);

}  // namespace voicecli
