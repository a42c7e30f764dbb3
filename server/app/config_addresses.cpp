#include "server/app/config_addresses.hpp"

#include "common/core/number.hpp"
#include "common/net/endpoint.hpp"
#include "server/net/address_text.hpp"

#include <cstdint>
#include <string_view>

namespace voiced {

using voice::app::TakesEffect;

namespace {

std::string check_range(const std::string& text, Grain grain) {
  const auto range = parse_range(text, grain);
  if (range) return {};
  if (!range.error().text.empty()) return range.error().text;
  return "`" + text +
         "` is neither an address nor a range; use for example 192.0.2.7, 192.0.2.0/24 or "
         "2001:db8::/32";
}

// Who is trusted is meant exactly; who is not may have all addresses of a /64.
std::string check_trusted(const std::string& text) {
  return check_range(text, Grain::exact);
}
std::string check_denied(const std::string& text) {
  return check_range(text, Grain::as_limited);
}

// "7001 tls": TLS behind the PROXY header.
constexpr std::string_view tls_word = " tls";

std::string without_tls(const std::string& text) {
  return text.ends_with(tls_word) ? text.substr(0, text.size() - tls_word.size()) : text;
}

std::string check_listen_proxy(const std::string& text) {
  return check_listen_at(without_tls(text));
}

AddressSet address_set(const std::vector<std::string>& texts, Grain grain) {
  std::vector<AddressRange> ranges;
  for (const std::string& text : texts) ranges.push_back(parse_range(text, grain)->range);
  return AddressSet(ranges);
}

}  // namespace

voice::expected<ListenAt, std::string> parse_listen_at(const std::string& text) {
  if (const auto port = voice::parse_number<std::uint16_t>(text)) return ListenAt{{}, *port};
  const auto endpoint = voice::parse_endpoint(text);
  if (endpoint) return ListenAt{{endpoint->address().to_string()}, endpoint->port()};
  return voice::unexpected("`" + text +
                           "` is neither a port nor an address with a port; use for example 7443, "
                           "192.0.2.1:7443 or [::1]:7443");
}

std::string check_listen_at(const std::string& text) {
  const auto parsed = parse_listen_at(text);
  return parsed ? std::string() : parsed.error();
}

ProxyListeners proxy_listeners(const Config& config) {
  ProxyListeners listeners;
  for (const std::string& text : config.listen_proxy) {
    const auto at = parse_listen_at(without_tls(text));
    auto& list = text.ends_with(tls_word) ? listeners.encrypted : listeners.plain;
    list.push_back(at.value_or(ListenAt{}));
  }
  return listeners;
}

bool listens_encrypted(const Config& config) {
  return !config.listen_tls.empty() || !proxy_listeners(config).encrypted.empty();
}

void declare_proxy(voice::app::Options& options, Config& config) {
  options
      .value("listen-proxy", config.listen_proxy,
             "port for proxies that speak the PROXY protocol, or ADDRESS:PORT, followed by \" "
             "tls\" if they pass TLS through; repeatable; none when empty",
             TakesEffect::restart)
      ->check(check_listen_proxy);
  options
      .value("proxy-from", config.proxy_from,
             "addresses and ranges of the proxies that are trusted at listen-proxy; repeatable",
             TakesEffect::newcomers)
      ->check(check_trusted);
}

void declare_addresses(voice::app::Options& options, Config& config) {
  options
      .value("allow-from", config.allow_from,
             "only these addresses and ranges (192.0.2.0/24, 2001:db8::/32) may connect; "
             "repeatable; all when empty",
             TakesEffect::newcomers)
      ->check(check_trusted);
  options
      .value(
          "deny-from", config.deny_from,
          "these addresses and ranges may not connect, even if they are in allow-from; repeatable",
          TakesEffect::newcomers)
      ->check(check_denied);
}

AddressSet trusted_addresses(const std::vector<std::string>& texts) {
  return address_set(texts, Grain::exact);
}

AddressSet denied_addresses(const std::vector<std::string>& texts) {
  return address_set(texts, Grain::as_limited);
}

}  // namespace voiced
