// The servers that the user has confirmed, like ssh's known_hosts: one line for each, with
// "host:port" and the fingerprint of its certificate. Blank lines and lines that begin with # are
// ignored.
#pragma once

#include "common/core/result.hpp"
#include "common/tls/fingerprint.hpp"

#include <optional>
#include <string>

namespace voicecli {

/// `named` or, if that is empty, the file known_servers beside voicecli.conf; empty: this user has
/// no home directory.
[[nodiscard]] std::string known_servers_file(const std::string& named);

/// None if the file does not exist, or does not know this server. Fails with an error message,
/// also for a line that is not understood: a damaged file must not make voicecli trust a stranger.
/// @param server "host:port", as the user named it; case does not matter.
[[nodiscard]] voice::expected<std::optional<voice::tls::Fingerprint>, std::string> find_known(
    const std::string& file, const std::string& server);

/// Adds a line at the end; creates the file and its folder if necessary. Fails with a text for
/// people.
[[nodiscard]] voice::expected<void, std::string> add_known(
    const std::string& file, const std::string& server, const voice::tls::Fingerprint& fingerprint);

}  // namespace voicecli
