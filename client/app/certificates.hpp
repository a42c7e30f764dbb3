// Which servers the client trusts, and the certificate that it shows: reads the TLS settings and
// the files that they name.
#pragma once

#include "client/app/config.hpp"

namespace voicecli {

/// Fills in `tls` and `identity` of `client`, whose host, port and server are set; neither without
/// `tls`. Reads the files. Fails with an error message that names the setting; also if a
/// certificate to trust or to show is given for a call that would not be encrypted.
[[nodiscard]] voice::expected<void, voice::app::Exit> prepare_tls(
    ClientOptions& client, const Config& config, const voice::app::Options& options);

}  // namespace voicecli
