#include "client/call/command.hpp"

namespace voicecli {

void apply(const Command& command, Controls& controls, voice::TimePoint now) noexcept {
  using Kind = Command::Kind;
  switch (command.kind) {
    case Kind::mute:
      controls.microphone_muted = true;
      break;
    case Kind::unmute:
      controls.microphone_muted = false;
      break;
    case Kind::toggle_mute:
      controls.microphone_muted = !controls.microphone_muted;
      break;
    case Kind::deaf:
      controls.loudspeaker_muted = true;
      break;
    case Kind::undeaf:
      controls.loudspeaker_muted = false;
      break;
    case Kind::toggle_deaf:
      controls.loudspeaker_muted = !controls.loudspeaker_muted;
      break;
    case Kind::talk_press:
      controls.talk_until = std::max(controls.talk_until, now + talk_press_duration);
      break;
    case Kind::talk:
      controls.talk_until = voice::TimePoint::max();
      break;
    case Kind::talk_off:
      controls.talk_until = voice::TimePoint::min();
      break;
    case Kind::change_volume:
      controls.change_volume(command.db);
      break;
    case Kind::set_volume:
      controls.volume_db = 0.0;
      controls.change_volume(command.db);
      break;
    case Kind::status:
    case Kind::quit:
      break;
  }
}

}  // namespace voicecli
