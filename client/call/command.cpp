#include "client/call/command.hpp"

namespace voicecli {
namespace {

void change(Controls& controls, const Command& command, voice::TimePoint now) noexcept {
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
    case Kind::talk_for:
      controls.talk_until = std::max(controls.talk_until, now + command.duration);
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

}  // namespace

std::optional<CallerEvent> apply(const Command& command, Controls& controls, voice::TimePoint now) {
  const Controls before = controls;
  change(controls, command, now);
  if (before.microphone_muted != controls.microphone_muted) {
    return event::MicrophoneMuted{controls.microphone_muted};
  }
  if (before.loudspeaker_muted != controls.loudspeaker_muted) {
    return event::LoudspeakerMuted{controls.loudspeaker_muted};
  }
  if (before.volume_db != controls.volume_db) return event::VolumeChanged{controls.volume_db};
  return std::nullopt;
}

}  // namespace voicecli
