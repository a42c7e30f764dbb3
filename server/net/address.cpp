#include "server/net/address.hpp"

#include <algorithm>

namespace voiced {

namespace asio = boost::asio;

std::string to_string(const asio::ip::tcp::endpoint& endpoint) {
  const auto address = endpoint.address();
  const std::string port = std::to_string(endpoint.port());
  if (address.is_v6()) {
    const auto v6 = address.to_v6();
    if (!v6.is_v4_mapped()) return "[" + v6.to_string() + "]:" + port;
    return asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_string() + ":" + port;
  }
  return address.to_string() + ":" + port;
}

AddressKey address_key(const asio::ip::address& address) {
  if (address.is_v4()) {
    return asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes();
  }
  AddressKey key = address.to_v6().to_bytes();
  if (!address.to_v6().is_v4_mapped()) std::fill(key.begin() + 8, key.end(), std::uint8_t{0});
  return key;
}

std::optional<NamedAddress> parse_address(std::string_view text) {
  const bool is_network = text.ends_with("/64");
  if (is_network) text.remove_suffix(3);
  boost::system::error_code error;
  const auto address = asio::ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  const AddressKey key = address_key(address);
  if (address.is_v4() || address.to_v6().is_v4_mapped()) {
    if (is_network) return std::nullopt;
    const asio::ip::address_v4::bytes_type v4{key[12], key[13], key[14], key[15]};
    return NamedAddress{key, asio::ip::make_address_v4(v4).to_string()};
  }
  return NamedAddress{key, asio::ip::make_address_v6(key).to_string() + "/64"};
}

}  // namespace voiced
