// How the shell waits for data from peers, depending on their number (docs/adr/0002).
#pragma once

#include <cstddef>
#include <cstdint>

namespace voiced {

enum class Pace : std::uint8_t {
  prompt,         // every event as it comes
  gathered,       // every 5 ms
  gathered_long,  // once a tick: a crowd, in which each wake-up finds cold caches
};

/// Up to this many connections, each event is handled as it arrives; above, they are gathered.
inline constexpr std::size_t prompt_connections_max = 8;
/// Up to this many, talkers are read in every quantum, so that a Ping is answered within 5 ms;
/// above, once a tick.
inline constexpr std::size_t gathered_connections_max = 64;

[[nodiscard]] constexpr Pace pace_for(std::size_t connections) noexcept {
  if (connections <= prompt_connections_max) return Pace::prompt;
  return connections <= gathered_connections_max ? Pace::gathered : Pace::gathered_long;
}

}  // namespace voiced
