// How a connection reaches the simulated server: directly, or through a proxy that says where it
// comes from.
#pragma once

#include "common/wire/ip_address.hpp"

#include "tests/sim/oracle/slow_wire.hpp"

#include <cstdint>

namespace sim {

enum class Route : std::uint8_t {
  direct,
  proxy_line,   // a PROXY header of version 1
  proxy_block,  // version 2, with an extension
  proxy_mute,   // through a proxy that writes no header: the server must close it
};

/// The address of a peer. @param number 0: this machine
[[nodiscard]] voice::IpAddress peer_address(std::uint8_t number) noexcept;

/// What the proxy writes before the peer's own bytes; empty if it writes nothing.
[[nodiscard]] Message proxy_header(Route route, std::uint8_t address);

}  // namespace sim
