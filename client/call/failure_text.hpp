// Describes a failed connection in plain words: what happened, and what that says about the
// address.
#pragma once

#include "client/call/call_event.hpp"

#include <string>

namespace voicecli {

/// How a connection ended, or why it could not be made.
struct LinkEnd {
  enum class How : std::uint8_t { closed_by_server, timed_out, other };
  How how = How::other;
  std::string system_text = {};  // other: the system's words
};

[[nodiscard]] std::string end_text(const LinkEnd& end);

/// @param server  host:port, as the user named it.
[[nodiscard]] std::string failure_text(const Failed& failed, const std::string& server);

/// The server closed the connection before it announced itself.
/// @param answer  what it said until then (Prelude::answer), or empty.
/// @param reason  how the connection ended.
[[nodiscard]] std::string closed_early_text(const std::string& server, const std::string& answer,
                                            const std::string& reason);

}  // namespace voicecli
