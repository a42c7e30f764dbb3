#include "server/net/listen_addresses.hpp"

#include <optional>

namespace voiced {

namespace asio = boost::asio;
using asio::ip::address;

namespace {

ListenError wrong(const std::string& text,
                  ListenError::Mends mends = ListenError::Mends::by_a_person) {
  return {ListenError::About::address, text, mends};
}

bool lacks_interface(const address& given) {
  return given.is_v6() && given.to_v6().is_link_local() && given.to_v6().scope_id() == 0;
}

voice::expected<address, ListenError> parse(const std::string& text) {
  boost::system::error_code error;
  const address given = asio::ip::make_address(text, error);
  if (error) {
    return voice::unexpected(
        wrong("`" + text +
              "` is not an IP address (host names and spaces are not allowed); "
              "use for example 0.0.0.0, ::, 127.0.0.1 or ::1"));
  }
  if (given.is_v6() && given.to_v6().is_v4_mapped()) {
    return address(asio::ip::make_address_v4(asio::ip::v4_mapped, given.to_v6()));
  }
  if (!lacks_interface(given)) return given;
  const auto percent = text.find('%');
  if (percent == std::string::npos) {
    return voice::unexpected(wrong(
        "`" + text + "` is a link-local address and needs its interface, such as fe80::1%eth0"));
  }
  return voice::unexpected(wrong("`" + text + "`: there is no interface `" +
                                     text.substr(percent + 1) +
                                     "` (yet); bring it up, or name another address",
                                 ListenError::Mends::with_time));
}

}  // namespace

bool overlap(const address& a, const address& b) {
  if (a.is_v4() != b.is_v4()) return false;  // voiced's IPv6 sockets take no IPv4
  return a == b || a.is_unspecified() || b.is_unspecified();
}

voice::expected<std::vector<address>, ListenError> parse_listen_addresses(
    const std::vector<std::string>& texts) {
  std::vector<address> addresses;
  // Mistakes that somebody must correct are reported first: they do not go away.
  std::optional<ListenError> passing;
  for (const std::string& text : texts) {
    const auto parsed = parse(text);
    if (!parsed && parsed.error().mends == ListenError::Mends::by_a_person) {
      return voice::unexpected(parsed.error());
    }
    if (!parsed) {
      passing = parsed.error();
      continue;
    }
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      if (!overlap(addresses[i], *parsed)) continue;
      return voice::unexpected(wrong("`" + addresses[i].to_string() + "` and `" + text +
                                     "` overlap; name the wider one only"));
    }
    addresses.push_back(*parsed);
  }
  if (passing) return voice::unexpected(*passing);
  return addresses;
}

}  // namespace voiced
