// The address of a server as people write it: text in, host and port out.
#pragma once

#include "common/core/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace voice {

struct Address {
  std::string host;
  std::optional<std::uint16_t> port;  // as written; none when none was

  friend bool operator==(const Address&, const Address&) = default;
};

enum class AddressError : std::uint8_t {
  empty_host,
  bad_port,
  bad_brackets,
  bad_ipv6,       // two colons or more, or brackets, around something else
  is_url,         // http://host/
  bad_character,  // not allowed in a host name
  bad_name,       // empty or too long between its dots
  only_a_number,  // a port without its host
  bad_ipv4,       // 256.0.0.1
};

[[nodiscard]] const char* to_string(AddressError error) noexcept;

/// Reads `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6 address (two colons or more: no
/// port). Rejects what cannot be a host name.
[[nodiscard]] expected<Address, AddressError> parse_address(std::string_view text);

/// `host:port`, with brackets around an IPv6 address.
[[nodiscard]] std::string to_text(std::string_view host, std::uint16_t port);

}  // namespace voice
