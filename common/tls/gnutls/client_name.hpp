// The name in a client's certificate, as the name of a participant.
#pragma once

#include "common/tls/gnutls/library.hpp"

#include <string>

namespace voice::tls {

/// Its common name, or the first of its other names (DNS, e-mail, URI), whichever is printable text
/// of 1 to 64 bytes and can be shown as it is; empty: none is. Of a session whose certificate has
/// been verified.
[[nodiscard]] std::string client_name(gnutls_session_t session);

}  // namespace voice::tls
