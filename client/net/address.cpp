#include "client/net/address.hpp"

#include <charconv>

namespace voicecli {
namespace {

voice::expected<Address, AddressError> with_port(std::string_view host, std::string_view port) {
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (error != std::errc{} || end != port.data() + port.size() || number == 0) {
    return voice::unexpected(AddressError::bad_port);
  }
  return Address{std::string{host}, number};
}

}  // namespace

const char* to_string(AddressError error) noexcept {
  switch (error) {
    case AddressError::empty_host:
      return "no host name";
    case AddressError::bad_port:
      return "the port is no number from 1 to 65535";
    case AddressError::bad_brackets:
      return "brackets belong around an IPv6 address: [::1]:7000";
  }
  return "unknown";
}

voice::expected<Address, AddressError> parse_address(std::string_view text) {
  if (!text.empty() && text.front() == '[') {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return voice::unexpected(AddressError::bad_brackets);
    const std::string_view host = text.substr(1, close - 1);
    const std::string_view rest = text.substr(close + 1);
    if (host.empty()) return voice::unexpected(AddressError::empty_host);
    if (rest.empty()) return Address{std::string{host}, std::nullopt};
    if (rest.front() != ':') return voice::unexpected(AddressError::bad_brackets);
    return with_port(host, rest.substr(1));
  }
  const std::size_t colon = text.find(':');
  if (text.empty() || colon == 0) {
    // "::1" begins with a colon and is a host all the same; ":7000" is none.
    if (text.find(':', 1) == std::string_view::npos)
      return voice::unexpected(AddressError::empty_host);
  }
  const bool is_bare_ipv6 = colon != text.rfind(':');
  if (colon == std::string_view::npos || is_bare_ipv6)
    return Address{std::string{text}, std::nullopt};
  return with_port(text.substr(0, colon), text.substr(colon + 1));
}

std::string to_text(std::string_view host, std::uint16_t port) {
  const bool is_ipv6 = host.find(':') != std::string_view::npos;
  std::string text;
  if (is_ipv6) text += '[';
  text += host;
  if (is_ipv6) text += ']';
  return text + ':' + std::to_string(port);
}

}  // namespace voicecli
