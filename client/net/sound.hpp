// The call's sound devices and recording: opened when the rate is known, reopened when a
// reconnect brings another rate, watched for changes. Owned by Client.
#pragma once

#include "client/call/status.hpp"
#include "client/net/audio_pump.hpp"
#include "client/net/device_watch.hpp"
#include "client/net/file_watch.hpp"
#include "client/net/voice_choice.hpp"

#include <deque>
#include <optional>
#include <string>

namespace voicecli {

struct SoundOptions {
  std::string input;  // as voice::open_devices reads them
  std::string output;
  std::string record;  // a WAV file, or empty
  VoiceChoice voice = {};
  voice::Latency latency = voice::Latency::normal;
};

/// How often samples are moved between devices and call.
inline constexpr std::chrono::milliseconds pump_period{5};

class Sound {
 public:
  explicit Sound(SoundOptions options);

  /// Opens the devices unless they are open at that rate already. Fails when one that the user
  /// named cannot be used; a recording that cannot be continued at a new rate only
  /// becomes an event.
  [[nodiscard]] voice::expected<void, voice::DeviceError> open(voice::AudioFormat format);

  /// The open devices; nullptr before the first open().
  [[nodiscard]] AudioPump* pump() noexcept { return pump_ ? &*pump_ : nullptr; }

  /// Waits at most a few seconds until all files are written; what is missing becomes an event.
  void close();

  /// Looks for changes since the last call; each becomes an event.
  void watch();

  /// The oldest event not yet polled. Ask after open(), watch() and close().
  [[nodiscard]] std::optional<SoundEvent> poll_event();

  /// Call it at the end of each pump: measures the delay of `call` (null: there is none).
  void measure_delay(const Call* call, voice::TimePoint now) noexcept;

  /// Fills in the devices' part of the status. The call's part is filled in already.
  void add_to(Status& status) const;

  /// True when the loudspeaker has been given up for good (disk full, stdout closed).
  [[nodiscard]] bool loudspeaker_failed() const;

  /// True when a sound card that the user named has not run at any time since the first open(): no
  /// sound of the call was heard or sent.
  [[nodiscard]] bool card_never_came() const noexcept {
    return opened_before_ && (!input_came_ || !output_came_);
  }

  /// True when a part of what was to be recorded is missing.
  [[nodiscard]] bool recording_failed() const noexcept { return recording_failed_; }

 private:
  [[nodiscard]] voice::expected<std::shared_ptr<voice::WavRecorder>, voice::DeviceError>
  open_recorder(voice::AudioFormat format);
  void watch_file(FileWatch::Role role, const std::string& wanted,
                  std::shared_ptr<voice::WavRecorder> file, voice::AudioFormat format);
  void finish_files();
  void add(std::vector<SoundEvent> events);

  SoundOptions options_;
  VoiceTasks tasks_;
  std::deque<SoundEvent> events_;
  std::shared_ptr<voice::PipeSource> pipe_;  // null: the input is not a pipe
  std::optional<AudioPump> pump_;
  DelayMeter delay_;
  bool opened_before_ = false;
  bool input_came_;  // has run, or is not a sound card that the user named
  bool output_came_;
  DeviceWatch input_watch_{DeviceRole::input};
  DeviceWatch output_watch_{DeviceRole::output};
  std::vector<FileWatch> files_;   // of the open pump
  std::vector<FileWatch> ending_;  // of former ones, still being written
  bool recording_failed_ = false;  // ever
};

}  // namespace voicecli
