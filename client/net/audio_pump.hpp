// Moves samples between the devices and the call, a few milliseconds' worth at a time: microphone →
// Call on every pump, Call → loudspeaker whenever the loudspeaker wants. If the voice is to be
// processed, that happens here, even while there is no call, so that the echo canceller has already
// adapted when a call begins. Pure but for the devices; owned by Client, one per opened pair of
// devices.
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
  /// @param recorder gets everything that the loudspeaker gets; null: there is no recording.
  /// @param processor for `format` (VoicePath); null: the microphone's samples are left as they
  /// are.
  AudioPump(voice::Devices devices, std::shared_ptr<voice::WavRecorder> recorder,
            voice::AudioFormat format, std::unique_ptr<VoiceProcessor> processor = nullptr);

  /// Hands the microphone's samples to `call`: directly from the device, unless they are processed.
  /// Without a call at their rate they are discarded, never sent later.
  void microphone(Call* call, voice::TimePoint now);

  /// Gives the loudspeaker what it wants: the call's frames, or silence without a call at its rate.
  void loudspeaker(Call* call, Loudness loudness, voice::TimePoint now);

  [[nodiscard]] voice::AudioFormat format() const noexcept { return format_; }
  [[nodiscard]] const voice::CaptureDevice& capture() const noexcept { return *devices_.capture; }
  [[nodiscard]] const voice::PlaybackDevice& playback() const noexcept {
    return *devices_.playback;
  }
  /// Null: the voice is not processed.
  [[nodiscard]] const VoicePath* voice() const noexcept { return voice_ ? &*voice_ : nullptr; }

 private:
  [[nodiscard]] Call* at_our_rate(Call* call) const noexcept;
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
  // For samples that no call wants, and for those that wait to be processed.
  std::array<std::int16_t, voice::rate_hz_max / voice::frames_per_second> discarded_{};
};

}  // namespace voicecli
