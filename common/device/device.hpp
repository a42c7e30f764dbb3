// Sources and sinks of samples, as seen by the thread that runs the call: two small pull/push
// interfaces. Implementations: a sound card (PortAudio), sound files, stdin/stdout, a tone,
// nothing. None of them blocks. All samples are mono, 16 bit, at the call's rate; a device with
// another rate resamples internally.
#pragma once

#include "common/audio/audio_format.hpp"
#include "common/core/result.hpp"
#include "common/core/time.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace voice {

enum class DeviceState : std::uint8_t {
  waiting,  // a sound card that is not there (yet, or any more); it is looked for again and again
  running,
  ended,   // a source that has delivered all it had: end of file, stdin closed
  failed,  // given up for good: disk full, stdout closed
};

[[nodiscard]] const char* to_string(DeviceState state) noexcept;

struct DeviceStatus {
  DeviceState state = DeviceState::waiting;
  std::string detail;  // for people: the device's name, or why it is not running
  // Samples at the call's rate that were lost (capture, stdout) or had to be invented as silence
  // because write() came too late (loudspeaker).
  std::uint64_t gap_samples = 0;
  // Sound card: how many streams have begun. A new stream may have another delay.
  std::uint64_t starts = 0;
};

/// A microphone.
class CaptureDevice {
 public:
  virtual ~CaptureDevice() = default;
  /// Fills the front of `out` with the samples that have come in, oldest first; returns how many.
  /// Never blocks. Paced: over time no faster than the call's rate.
  virtual std::size_t read(std::span<std::int16_t> out, TimePoint now) = 0;
  /// How old the next sample is: the delay from the microphone to read(), as far as it is known.
  [[nodiscard]] virtual Duration latency() const { return Duration::zero(); }
  [[nodiscard]] virtual DeviceStatus status() const = 0;
};

/// A loudspeaker.
class PlaybackDevice {
 public:
  virtual ~PlaybackDevice() = default;
  /// How many samples it needs now so as not to run dry before it is asked again in a few
  /// milliseconds. A writer of whole frames writes them as long as this is not 0.
  [[nodiscard]] virtual std::size_t wanted(TimePoint now) = 0;
  /// Plays `pcm` after all that was written before. Never blocks; what does not fit is lost.
  virtual void write(std::span<const std::int16_t> pcm, TimePoint now) = 0;
  /// From write() to the ear, as far as known.
  [[nodiscard]] virtual Duration latency() const = 0;
  [[nodiscard]] virtual DeviceStatus status() const = 0;
};

/// A device named by its user cannot be used; `message` says which, why and what to do.
struct DeviceError {
  std::string message;
};

struct SoundCardInfo {
  int index = 0;
  std::string name;
  std::string host_api;
  int input_channels_max = 0;
  int output_channels_max = 0;
  double default_rate_hz = 0;
  bool is_default_input = false;
  bool is_default_output = false;
  std::string id = {};  // a sound server's own name for it
};

/// All there are now: a sound server's, then PortAudio's. Fails when no sound system can be
/// initialised.
[[nodiscard]] expected<std::vector<SoundCardInfo>, DeviceError> list_sound_cards();

}  // namespace voice
