// Addresses as an operator writes them: alone, with a port, in brackets, or as a range.
#pragma once

#include "common/core/result.hpp"
#include "server/host/address_range.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace voiced {

struct NamedRange {
  AddressRange range;
  std::string shown;  // "192.0.2.1", "192.0.2.0/24", "2001:db8::/64"
};

struct NoAddress {
  bool is_meant = false;  // it looks like an address or a range
  std::string text;       // if it does: what is wrong with it
};

/// What one IPv6 address means, and how long a prefix may be.
enum class Grain : std::uint8_t {
  as_limited,  // the /64 that it lies in, because limits and bans treat a /64 as one address: a
               // peer that has one can use all. Prefixes of 0 to 64, or 128
  exact,       // itself: whom to trust. Prefixes of 0 to 128
};

/// Reads "192.0.2.1", "192.0.2.1:50000", "192.0.2.0/24", "2001:db8::1", "[2001:db8::1]:50000" and
/// "2001:db8::/32". A port is ignored; bits after the prefix are cleared; IPv4 written as IPv6 is
/// IPv4. A link-local address, "fe80::1" or "fe80::1%eth0", means itself, on every interface.
[[nodiscard]] voice::expected<NamedRange, NoAddress> parse_range(std::string_view text,
                                                                 Grain grain = Grain::as_limited);

[[nodiscard]] std::string to_string(const AddressRange& range);

}  // namespace voiced
