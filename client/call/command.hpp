// What a person can ask for while a call runs, however it was entered (a key, a word on a pipe).
#pragma once

#include "client/call/controls.hpp"

#include <optional>

namespace voicecli {

/// How long one key press holds "talk". Terminals tell no key-up: the key's own repetition keeps
/// the microphone open, and the first repetition may come as late as 660 ms after the press (X11's
/// default).
inline constexpr std::chrono::milliseconds talk_press_duration{700};
/// One step of + or -.
inline constexpr double volume_step_db = 3.0;

struct Command {
  enum class Kind : std::uint8_t {
    mute,
    unmute,
    toggle_mute,
    deaf,
    undeaf,
    toggle_deaf,
    talk_press,  // for talk_press_duration
    talk,        // until talk_off
    talk_off,
    change_volume,  // by db
    set_volume,     // to db
    status,
    quit,
  };
  Kind kind;
  double db = 0.0;

  friend bool operator==(const Command&, const Command&) = default;
};

/// Applies what concerns the controls; `status` and `quit` are the shell's.
void apply(const Command& command, Controls& controls, voice::TimePoint now) noexcept;

}  // namespace voicecli
