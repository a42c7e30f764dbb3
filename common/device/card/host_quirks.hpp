// What PortAudio's host libraries need to be told before they are started: ALSA and JACK not to
// write their probing on stderr, where a status line lives, and ALSA not to be asked at all when
// PortAudio would abort.
#pragma once

#include <optional>
#include <string>

namespace voice {

/// Any number of times. Where a library is not loaded, nothing happens.
void silence_host_libraries();

/// PortAudio 19.6 ends the program by an assertion of its own when ALSA's configuration defines
/// neither `pcm.default` nor `pcm.dmix`. Returns an error message; none: Pa_Initialize() may be
/// called.
[[nodiscard]] std::optional<std::string> host_unusable();

}  // namespace voice
