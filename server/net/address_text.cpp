#include "server/net/address_text.hpp"

#include "common/core/number.hpp"
#include "server/net/address.hpp"

#include <algorithm>
#include <optional>

namespace voiced {

namespace asio = boost::asio;
using voice::unexpected;

namespace {

constexpr const char* digits = "0123456789";
constexpr const char* hex_digits = "0123456789abcdefABCDEF";

bool consists_of(std::string_view text, const char* characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

std::optional<std::size_t> number_up_to(std::string_view text, std::size_t max) {
  const auto value = voice::parse_number<std::size_t>(text);
  return value && *value <= max ? value : std::nullopt;
}

/// Takes `[address]` or `address` off the front of `text`, up to a port or a prefix.
std::string_view take_address(std::string_view& text) {
  std::size_t end = std::min(text.find('/'), text.size());
  std::size_t behind = end;
  std::string_view address = text.substr(0, end);
  if (text.starts_with('[')) {
    end = text.find(']');
    if (end == std::string_view::npos) return {};
    address = text.substr(1, end - 1);
    behind = end + 1;
  } else if (std::count(address.begin(), address.end(), ':') == 1) {
    behind = address.find(':');
    address = address.substr(0, behind);
  }
  text.remove_prefix(behind);
  return address;
}

// Text that is meant as an address although it cannot be read as one: it has a wrong number, a
// wildcard, or a range in another notation. To ban it as a name would surprise the operator.
bool looks_like_address(std::string_view text) {
  if (text.starts_with('[')) return text.find(':') != std::string_view::npos;
  const auto behind = [&](std::size_t at, const char* characters) {
    return std::min(text.find_first_not_of(characters, at), text.size());
  };
  const auto has = [&](std::size_t at, char c) { return at < text.size() && text[at] == c; };
  const std::size_t first = behind(0, digits);
  if (first > 0 && has(first, '/')) return consists_of(text.substr(first + 1), "0123456789.");
  if (first > 0 && has(first, '.')) {
    const std::size_t second = behind(first + 1, digits);
    if (has(second, '.') || has(second, '*')) return true;
    return has(second, '/') && consists_of(text.substr(second + 1), "0123456789.");
  }
  const std::size_t group = behind(0, hex_digits);
  return has(group, ':') && has(behind(group + 1, hex_digits), ':');
}

NoAddress refused(std::string_view text, std::string_view why) {
  return {true, "`" + std::string(text) + "` is not a valid address or range: " + std::string(why)};
}

std::string ipv6_prefixes(Grain grain) {
  return grain == Grain::exact ? "0 to 128" : "0 to 64, or 128";
}

}  // namespace

voice::expected<NamedRange, NoAddress> parse_range(std::string_view text, Grain grain) {
  constexpr const char* valid =
      "write for example 192.0.2.7, 192.0.2.0/24, 2001:db8::1 or 2001:db8::/32";
  std::string_view rest = text;
  boost::system::error_code error;
  const auto address = asio::ip::make_address(std::string(take_address(rest)), error);
  if (error) {
    if (!looks_like_address(text)) return unexpected(NoAddress{});
    return unexpected(refused(text, valid));
  }
  const WholeAddress whole = whole_address(address);
  const bool v4 = is_ipv4(whole);
  const std::size_t bits_max = grain == Grain::exact ? address_bits_max : bits_told_apart(whole);
  if (rest.empty() || (rest.starts_with(':') && number_up_to(rest.substr(1), 65'535))) {
    const AddressRange range(whole, bits_max);
    return NamedRange{range, to_string(range)};
  }
  if (!rest.starts_with('/')) return unexpected(refused(text, valid));
  auto bits = number_up_to(rest.substr(1), address.is_v4() ? 32 : address_bits_max);
  if (!bits) {
    return unexpected(refused(text, address.is_v4()
                                        ? std::string("the prefix of IPv4 is 0 to 32")
                                        : "the prefix of IPv6 is " + ipv6_prefixes(grain)));
  }
  if (address.is_v4()) {
    *bits += ipv4_at_bit;
  } else if (v4 && *bits < ipv4_at_bit) {
    return unexpected(refused(text, "the prefix of IPv4 written as IPv6 is 96 to 128"));
  } else if (!v4 && *bits == address_bits_max) {
    *bits = bits_max;
  } else if (!v4 && *bits > bits_max) {
    return unexpected(refused(
        text, "the prefix of IPv6 is 0 to 64, because a peer has all addresses of its /64"));
  }
  const AddressRange range(whole, *bits);
  return NamedRange{range, to_string(range)};
}

std::string to_string(const AddressRange& range) {
  const AddressKey& key = range.key();
  if (!is_ipv4(key)) {
    const std::string first = asio::ip::make_address_v6(key).to_string();
    return range.bits() == address_bits_max ? first : first + '/' + std::to_string(range.bits());
  }
  const asio::ip::address_v4::bytes_type v4{key[12], key[13], key[14], key[15]};
  const std::string first = asio::ip::make_address_v4(v4).to_string();
  return range.is_wide() ? first + '/' + std::to_string(range.bits() - ipv4_at_bit) : first;
}

}  // namespace voiced
