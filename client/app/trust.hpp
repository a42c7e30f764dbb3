// What becomes of a certificate that nobody vouches for: the user is asked, as ssh does, or told
// what to do.
#pragma once

#include "client/app/config.hpp"
#include "client/net/client.hpp"

namespace voicecli {

/// After a run that ended because the server was not trusted: asks the user at the terminal whether
/// to trust the certificate from now on, if it is the first one of this server; else says on stderr
/// what was wrong and what to do. True: the server is known now, call again.
[[nodiscard]] bool ask_for_trust(const Config& config, const ClientOptions& options,
                                 const Judgement& judgement);

}  // namespace voicecli
