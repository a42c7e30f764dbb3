// Events for people and programs: those of a Caller, and those of the devices. Made in client/net,
// shown by a Frontend.
#pragma once

#include "client/call/event.hpp"
#include "client/net/sound_event.hpp"

#include <variant>

namespace voicecli {

struct Event {
  std::variant<CallerEvent, SoundEvent> what;
  voice::TimePoint at{};
};

}  // namespace voicecli
