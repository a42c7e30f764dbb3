// Interprets what a user gives as microphone or loudspeaker: text in, a kind of device out.
#pragma once

#include "common/audio/audio_format.hpp"
#include "common/core/result.hpp"
#include "common/device/device.hpp"

#include <string>

namespace voice {

enum class Direction : std::uint8_t { capture, playback };

struct DeviceSpec {
  enum class Kind : std::uint8_t { sound_card, null, tone, file, pipe };
  Kind kind = Kind::sound_card;
  // The sound card's name, part of it or index ("" = default); the path of the file or named pipe;
  // "-": stdin or stdout.
  std::string text;
  double tone_hz = 0;  // tone only
};

/// "/dev/null": no sound is read from it, and written sound is discarded.
[[nodiscard]] bool is_null_device(const std::string& text) noexcept;

/// "-", or stdin by one of its paths ("/dev/stdin").
[[nodiscard]] bool is_stdin_device(const std::string& text) noexcept;

/// Syntax as open_devices() describes it. Looks at the file system, without touching it: a file
/// that exists is meant, whatever its name; a name with a '/' that leads nowhere is a card's.
[[nodiscard]] expected<DeviceSpec, DeviceError> parse_device_spec(const std::string& text,
                                                                  Direction direction,
                                                                  AudioFormat format);

/// The one of `cards` that `text` means ("" = the system's default): its index, then its exact
/// name or id, then its name whatever the case, then the first whose name contains it, then the
/// first whose id does. Fails with the
/// reason, in words.
[[nodiscard]] expected<SoundCardInfo, std::string> choose_sound_card(
    const std::vector<SoundCardInfo>& cards, const std::string& text, Direction direction);

}  // namespace voice
