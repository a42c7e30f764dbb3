// IP addresses as text, for the core, which has no sockets: RFC 4291 §2.2 in, RFC 5952 out. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace voice {

/// In network order; IPv4 is mapped into IPv6 (::ffff:192.0.2.1).
using IpAddress = std::array<std::uint8_t, 16>;

/// @param bytes of an IPv4 address, in network order
[[nodiscard]] IpAddress mapped_ipv4(const std::array<std::uint8_t, 4>& bytes) noexcept;

/// Reads "192.0.2.1": four numbers from 0 to 255 without leading zeros, and nothing else.
[[nodiscard]] std::optional<IpAddress> parse_ipv4(std::string_view text) noexcept;

/// Reads "2001:db8::1" and "::ffff:192.0.2.1"; no zone, no brackets.
[[nodiscard]] std::optional<IpAddress> parse_ipv6(std::string_view text) noexcept;

/// "192.0.2.1:7000", "[2001:db8::1]:7000"; the first form for IPv4 mapped into IPv6.
[[nodiscard]] std::string to_string(const IpAddress& address, std::uint16_t port);

}  // namespace voice
