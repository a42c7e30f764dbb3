// Opens what a user has named as microphone and loudspeaker: a sound card, a file, a pipe, a tone
// or nothing. The only part of common/device that knows all kinds.
#pragma once

#include "common/device/device.hpp"
#include "common/device/latency.hpp"

#include <memory>
#include <string>

namespace voice {

class PipeSource;
class WavRecorder;

/// Begins to read the pipe that `input` names as a microphone: stdin or a named pipe; null for
/// everything else. To be called as early as possible, so that it is known how long what comes has
/// waited (common/device/file/pipe_source.hpp), and once: a pipe that was closed tells the program
/// which writes to it that nobody listens.
[[nodiscard]] std::shared_ptr<PipeSource> open_pipe(const std::string& input);

struct Devices {
  std::unique_ptr<CaptureDevice> capture;
  std::unique_ptr<PlaybackDevice> playback;
  std::shared_ptr<WavRecorder> output_file;  // that `playback` writes, if it is one
};

/// Opens what two specifications name. A missing sound card is not an error: it is waited for.
/// @param input  "" or "default" (the system's default microphone), a device's name, a part of it
/// or its index (as
///               list_sound_cards() numbers them), "null" (no microphone: never delivers a sample),
///               "tone:HZ", "-" (raw s16le mono at the call's rate on stdin), the path of a named
///               pipe (the same from there), or a sound file's path (anything that contains '/' or
///               ends in .wav, .flac, .ogg, .aiff, .au …).
/// @param output "" or "default", a device as above, "null" (plays into nothing, at the right
/// pace),
///               "-" (raw s16le on stdout), or a path ending in .wav, which is created; where it
///               exists, the next free number is (call-2.wav), as `playback`'s status says.
/// @param pipe of open_pipe(input); null: a pipe is read from now on.
[[nodiscard]] expected<Devices, DeviceError> open_devices(
    const std::string& input, const std::string& output, AudioFormat format,
    std::shared_ptr<PipeSource> pipe = nullptr, SoundTiming timing = {});

}  // namespace voice
