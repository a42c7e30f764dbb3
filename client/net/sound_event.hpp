// What the user is told about the devices and the files that they write, one struct per event.
// Polled from Sound; client/ui has the words and keys for each.
#pragma once

#include "common/device/device.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

namespace voicecli {

enum class DeviceRole : std::uint8_t { input, output };

namespace event {

struct DeviceChanged {
  DeviceRole role = DeviceRole::input;
  voice::DeviceState state = voice::DeviceState::waiting;
  std::string detail;  // for people
};

/// The file that the user named exists: another one is written.
struct FileExists {
  std::string file;
  std::string writing;
};

/// The recording has begun.
struct Recording {
  std::string file;
};

struct RecordingFailed {
  std::string reason;
};

/// A part of what was to be written is missing.
struct RecordingIncomplete {
  std::string file;
  std::chrono::duration<double> missing{0};
};

}  // namespace event

using SoundEvent = std::variant<event::DeviceChanged, event::FileExists, event::Recording,
                                event::RecordingFailed, event::RecordingIncomplete>;

}  // namespace voicecli
