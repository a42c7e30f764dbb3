// What a peer is told when it is disconnected: the text and the code of Bye. Pure.
#pragma once

#include "common/wire/voice1.hpp"
#include "server/host/close_reason.hpp"

namespace voiced {

/// For people: a text, or the name of the reason if it needs none.
[[nodiscard]] const char* bye_text(CloseReason reason) noexcept;
/// The code for the client; none if the client need not act on the reason.
[[nodiscard]] voice::voice1::ByeCode bye_code(CloseReason reason) noexcept;

}  // namespace voiced
