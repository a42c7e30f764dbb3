// Which servers the client trusts, and what it shows of itself: the settings of TLS, and the files
// that they name.
#pragma once

#include "client/app/config.hpp"

namespace voicecli {

/// Fills in `tls` and `identity` of `client`, whose host, port and server are set; neither without
/// `tls`. Reads the files. Fails with a text for people that names the setting; also for a
/// certificate to trust or to show on a call that would not be encrypted.
[[nodiscard]] voice::expected<void, voice::app::Exit> prepare_tls(
    ClientOptions& client, const Config& config, const voice::app::Options& options);

}  // namespace voicecli
