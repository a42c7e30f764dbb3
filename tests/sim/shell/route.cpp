#include "tests/sim/shell/route.hpp"

#include <string>

namespace sim {
namespace {

constexpr std::uint16_t peer_port = 40000;
constexpr std::uint16_t server_port = 7000;

void append_be16(Message& bytes, std::size_t value) {
  bytes.push_back(static_cast<std::uint8_t>(value >> 8));
  bytes.push_back(static_cast<std::uint8_t>(value));
}

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
  Message block(from.begin(), from.end());
  block.insert(block.end(), from.size(), 0x20);
  append_be16(block, peer_port);
  append_be16(block, server_port);
  block.push_back(type_no_operation);
  append_be16(block, extension_bytes);
  block.insert(block.end(), extension_bytes, 0xA5);
  constexpr std::uint8_t version_2_proxy = 0x21;
  constexpr std::uint8_t tcp_over_ipv6 = 0x21;
  Message bytes{'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
  bytes.insert(bytes.end(), {version_2_proxy, tcp_over_ipv6});
  append_be16(bytes, block.size());
  bytes.insert(bytes.end(), block.begin(), block.end());
  return bytes;
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
