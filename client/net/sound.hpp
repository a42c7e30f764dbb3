// The call's sound devices and recording: opened when the rate is known, opened anew when a
// reconnect brings another rate, watched for changes. Owned by Client.
#pragma once

#include "client/net/audio_pump.hpp"
#include "client/net/device_watch.hpp"

#include <functional>
#include <optional>
#include <string>

namespace voicecli {

struct SoundOptions {
  std::string input;  // as voice::open_devices reads them
  std::string output;
  std::string record;  // a WAV file, or empty
};

class Sound {
 public:
  using Emit = std::function<void(Event)>;

  /// @param emit outlives this object.
  Sound(SoundOptions options, Emit emit) : options_(std::move(options)), emit_(std::move(emit)) {}

  /// Opens the devices unless they are open at that rate already. Fails when one that the user
  /// named cannot be used; a recording that cannot be continued at a new rate is only told.
  [[nodiscard]] voice::expected<void, voice::DeviceError> open(voice::AudioFormat format,
                                                               voice::TimePoint now);

  /// The open devices; nullptr before the first open().
  [[nodiscard]] AudioPump* pump() noexcept { return pump_ ? &*pump_ : nullptr; }

  void close() { pump_.reset(); }

  /// Emits an event for each change since the last call.
  void watch();

  /// True when the loudspeaker has been given up for good (disk full, stdout closed).
  [[nodiscard]] bool loudspeaker_failed() const;

  /// True when a part of what was to be recorded is missing.
  [[nodiscard]] bool recording_failed() const noexcept { return recording_failed_; }

 private:
  [[nodiscard]] voice::expected<std::optional<voice::WavWriter>, voice::DeviceError> open_recorder(
      voice::AudioFormat format, int part);
  void recording_failed(const std::string& reason);

  SoundOptions options_;
  Emit emit_;
  std::optional<AudioPump> pump_;
  int parts_ = 0;  // times opened: one per rate
  DeviceWatch input_watch_{"input"};
  DeviceWatch output_watch_{"output"};
  bool recording_error_told_ = false;  // the open pump's
  bool recording_failed_ = false;      // ever
};

}  // namespace voicecli
