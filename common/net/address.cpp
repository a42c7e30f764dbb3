#include "common/net/address.hpp"

#include "common/core/number.hpp"

#include <boost/asio/ip/address_v6.hpp>

#include <algorithm>

namespace voice {
namespace {

expected<Address, AddressError> with_port(std::string_view host, std::string_view port) {
  const auto number = parse_number<std::uint16_t>(port).value_or(0);
  if (number == 0) return unexpected(AddressError::bad_port);
  return Address{std::string{host}, number};
}

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool may_stand_in_a_name(char c) noexcept {
  const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  const bool is_other_script = static_cast<unsigned char>(c) >= 0x80;  // the resolver decides
  return is_letter || is_digit(c) || is_other_script || c == '-' || c == '_' || c == '.';
}

/// Calls `check` for each part between dots until it returns false; returns whether none did.
template <class Check>
bool all_labels(std::string_view name, Check check) {
  while (true) {
    const std::size_t dot = name.find('.');
    if (!check(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

/// Nothing when `host` may be a name or an IPv4 address.
std::optional<AddressError> fault_of_name(std::string_view host) {
  constexpr std::size_t name_bytes_max = 253;  // RFC 1035 §2.3.4
  constexpr std::size_t label_bytes_max = 63;
  if (host.find("://") != std::string_view::npos) return AddressError::is_url;
  if (!std::all_of(host.begin(), host.end(), may_stand_in_a_name)) {
    return AddressError::bad_character;
  }
  if (host.ends_with('.')) host.remove_suffix(1);  // a name from the root on
  const auto fits = [](std::string_view label) {
    return !label.empty() && label.size() <= label_bytes_max;
  };
  if (host.size() > name_bytes_max || !all_labels(host, fits)) return AddressError::bad_name;
  const std::string_view last = host.substr(host.rfind('.') + 1);
  if (!std::all_of(last.begin(), last.end(), is_digit)) return std::nullopt;
  // No top-level domain is a number, so this is an IPv4 address. The resolver would also take one
  // number of 32 bits; 7000 is a forgotten host.
  if (last.size() == host.size()) return AddressError::only_a_number;
  const auto is_byte = [](std::string_view label) {
    return parse_number<std::uint8_t>(label).has_value();
  };
  const bool is_ipv4 = std::count(host.begin(), host.end(), '.') <= 3 && all_labels(host, is_byte);
  return is_ipv4 ? std::nullopt : std::optional{AddressError::bad_ipv4};
}

bool is_ipv6(std::string_view host) {
  const std::size_t zone = host.find('%');
  if (zone != std::string_view::npos) {
    // The zone is an interface's name, which may hold anything but these (and is there or not).
    const std::string_view name = host.substr(zone + 1);
    if (name.empty() || name.find_first_of("/ ") != std::string_view::npos) return false;
    host = host.substr(0, zone);
  }
  boost::system::error_code error;
  boost::asio::ip::make_address_v6(std::string{host}, error);
  return !error;
}

}  // namespace

const char* to_string(AddressError error) noexcept {
  switch (error) {
    case AddressError::empty_host:
      return "the host name is missing";
    case AddressError::bad_port:
      return "the port must be a number from 1 to 65535";
    case AddressError::bad_brackets:
      return "put brackets around an IPv6 address: [::1]:7000";
    case AddressError::bad_ipv6:
      return "not an IPv6 address; use HOST, HOST:PORT or [IPV6]:PORT";
    case AddressError::is_url:
      return "this is a URL; use HOST, HOST:PORT or [IPV6]:PORT, for example server:7000";
    case AddressError::bad_character:
      return "a host name has only letters, digits, dots and hyphens; use HOST, HOST:PORT or "
             "[IPV6]:PORT";
    case AddressError::bad_name:
      return "between its dots a host name has 1 to 63 characters, and at most 253 in all";
    case AddressError::only_a_number:
      return "this is a number, not a host; use HOST:PORT, for example localhost:7000";
    case AddressError::bad_ipv4:
      return "not an IPv4 address: four numbers from 0 to 255, for example 192.0.2.1";
  }
  return "unknown";
}

expected<Address, AddressError> parse_address(std::string_view text) {
  if (!text.empty() && text.front() == '[') {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return unexpected(AddressError::bad_brackets);
    const std::string_view host = text.substr(1, close - 1);
    const std::string_view rest = text.substr(close + 1);
    if (host.empty()) return unexpected(AddressError::empty_host);
    if (!is_ipv6(host)) return unexpected(AddressError::bad_ipv6);
    if (rest.empty()) return Address{std::string{host}, std::nullopt};
    if (rest.front() != ':') return unexpected(AddressError::bad_brackets);
    return with_port(host, rest.substr(1));
  }
  if (text.find("://") != std::string_view::npos) return unexpected(AddressError::is_url);
  const std::size_t colon = text.find(':');
  if (text.empty() || colon == 0) {
    // "::1" begins with a colon and is still a host; ":7000" is not.
    if (text.find(':', 1) == std::string_view::npos) return unexpected(AddressError::empty_host);
  }
  const bool is_bare_ipv6 = colon != text.rfind(':');
  if (is_bare_ipv6 && !is_ipv6(text)) {
    const bool has_other = text.find_first_of("@/") != std::string_view::npos;
    return unexpected(has_other ? AddressError::bad_character : AddressError::bad_ipv6);
  }
  if (is_bare_ipv6) return Address{std::string{text}, std::nullopt};
  const std::string_view host = text.substr(0, colon);
  if (const auto fault = fault_of_name(host)) return unexpected(*fault);
  if (colon == std::string_view::npos) return Address{std::string{host}, std::nullopt};
  return with_port(host, text.substr(colon + 1));
}

std::string to_text(std::string_view host, std::uint16_t port) {
  const bool is_ipv6 = host.find(':') != std::string_view::npos;
  std::string text;
  if (is_ipv6) text += '[';
  text += host;
  if (is_ipv6) text += ']';
  return text + ':' + std::to_string(port);
}

}  // namespace voice
