// The settings of a simulated server, and what may be expected of its visitors.
#pragma once

#include "common/wire/outbox.hpp"
#include "server/host/options.hpp"

#include "tests/sim/world/world.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sim {

/// A room besides the front room.
struct RoomSettings {
  std::string name;
  int rate_hz = 8000;
  voice::PlayoutOptions playout{};
};

struct ServerSettings {
  int rate_hz = 8000;
  int jitter_depth_packets = 6;
  std::size_t participants_max = 256;
  voice::OutboxLimits outbox{};
  std::chrono::seconds stall_limit{10};
  Duration lateness_max{0};  // ticks are late by up to this, at random
  bool local = false;        // a guest takes part, like the server's own microphone
  bool limiter = false;      // as the setting limiter
  bool logins = false;       // nobody hears or is heard before proving their identity
  int mix_check_period = 1;  // compare the mixes with the oracle's at every n-th tick
  // Of the front room; empty: mode `fixed` with jitter_depth_packets, and no other rooms.
  std::optional<voice::PlayoutOptions> adaptive = {};
  std::vector<RoomSettings> rooms = {};  // each in mode `adaptive`
};

/// What the simulated host numbers its packets from: sequence numbers wrap within the first minute.
inline constexpr std::uint16_t sim_first_sequence = 65000;
inline constexpr std::uint32_t sim_ssrc = 0x5EED;
/// The only proxy that the simulated host trusts.
inline constexpr voiced::WholeAddress sim_proxy{0x20, 0x01, 0x0D, 0xB8, 0, 0, 0xFF, 0xFF,
                                                0,    0,    0,    0,    0, 0, 0,    1};

[[nodiscard]] voiced::HostOptions host_options(const ServerSettings& settings);

/// The behaviour to expect of a visitor.
enum class Manners : std::uint8_t {
  hostile,  // may be closed for any reason
  honest,   // never breaks the protocol: must not be closed for that
  healthy,  // honest, over a good link, with an exact clock: loses nothing as long as the server
            // lives
};

}  // namespace sim
