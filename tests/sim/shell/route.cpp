#include "tests/sim/shell/route.hpp"

#include "tests/support/proxy_headers.hpp"

#include <string>

namespace sim {
namespace {

constexpr std::uint16_t peer_port = 40000;
constexpr std::uint16_t server_port = 7000;

Message header_line(const voice::IpAddress& from) {
  const std::string with_port = voice::to_string(from, peer_port);
  const std::string bare = with_port.substr(1, with_port.rfind(']') - 1);
  const std::string line = "PROXY TCP6 " + bare + " 2001:db8::1 " + std::to_string(peer_port) +
                           ' ' + std::to_string(server_port) + "\r\n";
  return {line.begin(), line.end()};
}

Message header_block(const voice::IpAddress& from) {
  constexpr std::size_t extension_bytes = 300;
  constexpr std::uint8_t type_no_operation = 4;
  Message extension(3 + extension_bytes, 0xA5);
  extension[0] = type_no_operation;
  voice::store_be16(&extension[1], extension_bytes);
  return voice::test::proxy_v2_ipv6(from, peer_port, extension);
}

}  // namespace

voice::IpAddress peer_address(std::uint8_t number) noexcept {
  voice::IpAddress address{};
  if (number != 0) address = {0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, number};
  address.back() = 1;
  return address;
}

Message proxy_header(Route route, std::uint8_t address) {
  switch (route) {
    case Route::proxy_line:
      return header_line(peer_address(address));
    case Route::proxy_block:
      return header_block(peer_address(address));
    case Route::direct:
    case Route::proxy_mute:
      break;
  }
  return {};
}

}  // namespace sim
