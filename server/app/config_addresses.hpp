// The settings for addresses: where to listen, and where clients may connect from.
#pragma once

#include "server/app/config.hpp"
#include "server/host/address_set.hpp"

#include <string>
#include <vector>

namespace voiced {

/// "7443": all addresses; "192.0.2.1:7443", "[::]:7443": that one. Fails with an error message.
[[nodiscard]] voice::expected<ListenAt, std::string> parse_listen_at(const std::string& text);

/// What is wrong with a text for parse_listen_at(); empty: nothing.
[[nodiscard]] std::string check_listen_at(const std::string& text);

/// What `listen-proxy` names.
struct ProxyListeners {
  std::vector<ListenAt> plain;
  std::vector<ListenAt> encrypted;
};

/// Of a configuration that has passed its validators.
[[nodiscard]] ProxyListeners proxy_listeners(const Config& config);

/// Declares `listen-proxy` and `proxy-from`.
void declare_proxy(voice::app::Options& options, Config& config);

/// Declares `allow-from` and `deny-from`.
void declare_addresses(voice::app::Options& options, Config& config);

/// The addresses of `allow-from` or `proxy-from`, which have passed their validators. A single
/// address means itself.
[[nodiscard]] AddressSet trusted_addresses(const std::vector<std::string>& texts);
/// The addresses of `deny-from`, the same. A single IPv6 address means its /64, as in a ban.
[[nodiscard]] AddressSet denied_addresses(const std::vector<std::string>& texts);

}  // namespace voiced
