// Finds, reads and creates the files of the server's certificate and its key.
#pragma once

#include "server/app/config.hpp"

#include <chrono>
#include <string>

namespace voiced {

/// If `listen-tls` or a socket that was handed over wants TLS: reads `certificate`,
/// `certificate-key` and `client-ca` into config.tls. If no certificate is named: the service
/// manager's credentials certificate.pem and certificate-key.pem, else the pair in the state
/// directory, which make_missing_certificate() puts there; until then config.tls stays null. With
/// --check-config, which may not know that directory, it stays null as well. Fails with "file:line:
/// key: reason".
[[nodiscard]] voice::expected<void, std::string> load_certificate(Settings& settings,
                                                                  voice::app::Pipes pipes);

/// After --check-config: what it could not check, to be added to its message; usually empty.
[[nodiscard]] std::string unchecked(const Config& config);

/// If TLS is wanted and no certificate is there: makes one for this machine's name in the state
/// directory, for this start and the next ones; or completes a pair when a crash has left only its
/// key in place. Fails with an error message.
[[nodiscard]] voice::expected<void, voice::app::Exit> make_missing_certificate(
    Settings& settings, std::chrono::sys_seconds now);

/// What is wrong with the dates of config.tls, and what to do about it; empty: nothing.
[[nodiscard]] std::string warning_of_dates(const Config& config, std::chrono::sys_seconds now);

/// --make-certificate: writes a pair to new files, `certificate` and `certificate-key` or
/// certificate.pem and certificate-key.pem here, and overwrites none. Returns what to tell the
/// user; fails with an error message.
[[nodiscard]] voice::expected<std::string, std::string> make_certificate(
    const Config& config, std::chrono::sys_seconds now);

}  // namespace voiced
