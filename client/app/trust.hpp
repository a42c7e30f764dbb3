// Handles a certificate that nobody vouches for: asks the user, as ssh does, or says what to do.
#pragma once

#include "client/app/config.hpp"
#include "client/net/client.hpp"

namespace voicecli {

/// After a run that ended because the server was not trusted: asks the user at the terminal whether
/// to trust the certificate from now on, if no certificate is known for this server; otherwise says
/// on stderr what was wrong and what to do. True: the server is now known; connect again.
[[nodiscard]] bool ask_for_trust(const Config& config, const ClientOptions& options,
                                 const Judgement& judgement);

}  // namespace voicecli
