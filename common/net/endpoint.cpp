#include "common/net/endpoint.hpp"

#include "common/core/number.hpp"
#include "common/net/address.hpp"

#include <cstdint>
#include <string_view>

namespace voice {

namespace asio = boost::asio;
using asio::ip::tcp;

std::string to_string(const tcp::endpoint& endpoint) {
  auto address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return to_text(address.to_string(), endpoint.port());
}

expected<tcp::endpoint, std::string> parse_endpoint(const std::string& text) {
  const auto wrong = [&text] {
    return unexpected("`" + text +
                      "` is not an address and a port; use for example 127.0.0.1:9464 or "
                      "[::1]:9464");
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return wrong();
  std::string host = text.substr(0, colon);
  const bool in_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (in_brackets) host = host.substr(1, host.size() - 2);
  boost::system::error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (error || address.is_v6() != in_brackets) return wrong();
  const auto port = parse_number<std::uint16_t>(std::string_view(text).substr(colon + 1));
  if (!port) return wrong();
  return tcp::endpoint(address, *port);
}

}  // namespace voice
