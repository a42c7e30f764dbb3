// What a peer is told when it is disconnected: the words of Bye. Pure.
#pragma once

#include "common/wire/voice1.hpp"
#include "server/host/close_reason.hpp"

namespace voiced {

/// For people; a reason that nobody needs words for is named.
[[nodiscard]] const char* bye_text(CloseReason reason) noexcept;
/// For the client, as far as it has to act on it.
[[nodiscard]] voice::voice1::ByeCode bye_code(CloseReason reason) noexcept;

}  // namespace voiced
