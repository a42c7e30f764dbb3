// Moves samples between the devices and the call, a few milliseconds' worth at a time: microphone →
// Call on every pump, Call → loudspeaker whenever the loudspeaker wants. Pure but for the devices;
// owned by Client, one per opened pair of devices.
#pragma once

#include "client/call/call.hpp"
#include "common/device/file/wav_recorder.hpp"
#include "common/device/open/open_devices.hpp"

#include <array>
#include <memory>

namespace voicecli {

class AudioPump {
 public:
  /// @param recorder gets all that the loudspeaker gets; null: there is no recording.
  AudioPump(voice::Devices devices, std::shared_ptr<voice::WavRecorder> recorder,
            voice::AudioFormat format);

  /// Hands what the microphone has to `call`, from the device right into it; without a call it is
  /// thrown away, never sent later.
  void microphone(Call* call, voice::TimePoint now);

  /// Gives the loudspeaker what it wants: the call's frames, or silence without a call.
  void loudspeaker(Call* call, Loudness loudness, voice::TimePoint now);

  [[nodiscard]] voice::AudioFormat format() const noexcept { return format_; }
  [[nodiscard]] const voice::CaptureDevice& capture() const noexcept { return *devices_.capture; }
  [[nodiscard]] const voice::PlaybackDevice& playback() const noexcept {
    return *devices_.playback;
  }

 private:
  [[nodiscard]] std::span<const std::int16_t> next_frame(Call* call, Loudness loudness,
                                                         voice::TimePoint now);

  voice::Devices devices_;
  std::shared_ptr<voice::WavRecorder> recorder_;
  voice::AudioFormat format_;
  voice::FrameClock silence_clock_;
  bool capture_ended_ = false;
  // Where samples go that no call wants.
  std::array<std::int16_t, voice::rate_hz_max / voice::frames_per_second> discarded_{};
};

}  // namespace voicecli
