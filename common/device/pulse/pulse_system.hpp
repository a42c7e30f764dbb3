// Sound cards of a PulseAudio server, or of PipeWire's, spoken to in their own protocol: ALSA's
// plugin for them adds 120 ms (docs/adr/0029-delay-of-a-call.md). Without libpulse, absent/ takes
// the place of this folder.
#pragma once

#include "common/device/card/sound_system.hpp"

#include <memory>

namespace voice {

/// Connects to the server of the environment (PULSE_SERVER, or the user's own). Starts none. Null:
/// none answers within a second, or this program was built without libpulse.
[[nodiscard]] std::unique_ptr<SoundSystem> connect_pulse();

}  // namespace voice
