// What a user can ask for while a call runs, however they entered it (a key, a word on a pipe).
#pragma once

#include "client/call/controls.hpp"
#include "client/call/event.hpp"

#include <optional>

namespace voicecli {

struct Command {
  enum class Kind : std::uint8_t {
    mute,
    unmute,
    toggle_mute,
    deaf,
    undeaf,
    toggle_deaf,
    talk_for,  // hold "talk" for `duration`
    talk,      // until talk_off
    talk_off,
    change_volume,  // by db
    set_volume,     // to db
    status,
    quit,
  };
  Kind kind;
  double db = 0.0;
  std::chrono::milliseconds duration{0};

  friend bool operator==(const Command&, const Command&) = default;
};

/// Applies a command that concerns the controls; `status` and `quit` do not. Returns what the user
/// is told, if the command has changed a mute or the volume.
std::optional<CallerEvent> apply(const Command& command, Controls& controls, voice::TimePoint now);

}  // namespace voicecli
