// Headers of the PROXY protocol, as proxies write them.
#pragma once

#include "common/core/bytes.hpp"
#include "common/wire/ip_address.hpp"

#include <array>
#include <string>
#include <vector>

namespace voice::test {

using ByteVector = std::vector<std::uint8_t>;

inline ByteVector vector_of(const std::string& text) {
  return {text.begin(), text.end()};
}

/// Version 2, from its 13th and 14th byte and the part after the length.
inline ByteVector proxy_v2(std::uint8_t command, std::uint8_t family, const ByteVector& block) {
  ByteVector bytes = vector_of(std::string("\r\n\r\n\0\r\nQUIT\n", 12));
  bytes.push_back(command);
  bytes.push_back(family);
  bytes.push_back(static_cast<std::uint8_t>(block.size() >> 8));
  bytes.push_back(static_cast<std::uint8_t>(block.size()));
  bytes.insert(bytes.end(), block.begin(), block.end());
  return bytes;
}

inline ByteVector with_ports(ByteVector block, std::uint16_t from, const ByteVector& extensions) {
  const std::size_t at = block.size();
  block.resize(at + 4);
  store_be16(block.data() + at, from);
  store_be16(block.data() + at + 2, 7000);
  block.insert(block.end(), extensions.begin(), extensions.end());
  return block;
}

inline ByteVector proxy_v2_ipv4(const std::array<std::uint8_t, 4>& from, std::uint16_t port,
                                const ByteVector& extensions = {}) {
  ByteVector block(from.begin(), from.end());
  block.insert(block.end(), {198, 51, 100, 1});
  return proxy_v2(0x21, 0x11, with_ports(block, port, extensions));
}

inline ByteVector proxy_v2_ipv6(const IpAddress& from, std::uint16_t port,
                                const ByteVector& extensions = {}) {
  ByteVector block(from.begin(), from.end());
  block.resize(32, 1);
  return proxy_v2(0x21, 0x21, with_ports(block, port, extensions));
}

}  // namespace voice::test
