// Moves samples between the devices and the call, a few milliseconds' worth at a time: microphone →
// Call on every pump, Call → loudspeaker whenever the loudspeaker wants. On its way the voice is
// processed, if it is to be, also while nobody listens: so an echo is known when the call begins.
// Pure but for the devices; owned by Client, one per opened pair of devices.
#pragma once

#include "client/call/call.hpp"
#include "client/voice/voice_path.hpp"
#include "common/device/file/wav_recorder.hpp"
#include "common/device/open/open_devices.hpp"

#include <array>
#include <memory>
#include <optional>

namespace voicecli {

class AudioPump {
 public:
  /// @param recorder gets all that the loudspeaker gets; null: there is no recording.
  /// @param processor for `format` (VoicePath); null: what the microphone hears is left as it is.
  AudioPump(voice::Devices devices, std::shared_ptr<voice::WavRecorder> recorder,
            voice::AudioFormat format, std::unique_ptr<VoiceProcessor> processor = nullptr);

  /// Hands what the microphone has to `call`, from the device right into it if it is not processed;
  /// without a call it is thrown away, never sent later.
  void microphone(Call* call, voice::TimePoint now);

  /// Gives the loudspeaker what it wants: the call's frames, or silence without a call.
  void loudspeaker(Call* call, Loudness loudness, voice::TimePoint now);

  [[nodiscard]] voice::AudioFormat format() const noexcept { return format_; }
  [[nodiscard]] const voice::CaptureDevice& capture() const noexcept { return *devices_.capture; }
  [[nodiscard]] const voice::PlaybackDevice& playback() const noexcept {
    return *devices_.playback;
  }
  /// None: the voice is not processed.
  [[nodiscard]] const VoicePath* voice() const noexcept { return voice_ ? &*voice_ : nullptr; }

 private:
  void process_microphone(Call* call, voice::TimePoint now);
  void process(std::span<const std::int16_t> pcm, Call* call);
  void end_capture(Call* call);
  [[nodiscard]] std::span<const std::int16_t> next_frame(Call* call, Loudness loudness,
                                                         voice::TimePoint now);

  voice::Devices devices_;
  std::shared_ptr<voice::WavRecorder> recorder_;
  voice::AudioFormat format_;
  voice::FrameClock silence_clock_;
  std::optional<VoicePath> voice_;
  bool capture_ended_ = false;
  // Where samples go that no call wants, and where they wait to be processed.
  std::array<std::int16_t, voice::rate_hz_max / voice::frames_per_second> discarded_{};
};

}  // namespace voicecli
