// A call between two peers in a local network, from mouth to ear, in simulated time: microphone,
// client, Room, client, loudspeaker. All clocks are exact. The server is stopped once.
#pragma once

#include "common/core/time.hpp"

namespace bench {

/// Times in milliseconds.
struct CallVerdict {
  double delay_before = 0;   // the highest in the seconds before the pause
  double delay_back = 0;     // the highest from five seconds after it to the end
  double back_s = 0;         // until it was at most 10 ms more than before, and stayed there
  double heard_exactly = 0;  // share of frames that are bit-identical, without those 5 s
};

/// @param phase of the server's ticks relative to the talker's clock: below 20 ms
/// @param pause of the server, half a minute after the beginning
[[nodiscard]] CallVerdict judge_lan_call(voice::Duration phase, voice::Duration pause,
                                         voice::Duration length);

}  // namespace bench
