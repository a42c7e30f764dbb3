// Processes a voice between microphone and call: echo cancellation, noise suppression, gain
// control, voice activity detection. Pure: takes blocks of the microphone and of the loudspeaker,
// and changes the microphone's block in place. The library behind it is chosen at build time
// (docs/adr/0024-voice-processing.md).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace voicecli {

/// What is to be done; nothing by default.
struct VoiceTasks {
  bool cancel_echo = false;
  bool suppress_noise = false;
  bool control_gain = false;

  [[nodiscard]] bool any() const noexcept { return cancel_echo || suppress_noise || control_gain; }
};

inline constexpr int voice_blocks_per_second = 100;  // a block lasts 10 ms

class VoiceProcessor {
 public:
  virtual ~VoiceProcessor() = default;

  /// Processes 10 ms in place, without allocating. Returns whether they contain speech.
  /// @param microphone, loudspeaker mono blocks of rate / 100 samples. The echo of `loudspeaker`
  ///        begins in `microphone` 10 to 100 ms later, always after the same delay.
  virtual bool process(std::span<std::int16_t> microphone,
                       std::span<const std::int16_t> loudspeaker) = 0;

  /// By how many samples the processor delays a sound.
  [[nodiscard]] virtual std::size_t delay_samples() const noexcept = 0;

  /// Forgets what has been learned about the room. Call it for another microphone or loudspeaker,
  /// or when a stream has started again. May allocate.
  virtual void reset() = 0;
};

/// False in a program that was built without a library for it.
[[nodiscard]] bool has_voice_processing() noexcept;

/// The rate at which a voice of `rate_hz` is processed: 8000 up to that rate, 16000 above. Of a
/// higher rate, the band below 8000 Hz is processed (UpperBand).
[[nodiscard]] int voice_processing_rate_hz(int rate_hz) noexcept;

/// A processor for blocks at `rate_hz`, a result of voice_processing_rate_hz(). Null without a
/// library.
[[nodiscard]] std::unique_ptr<VoiceProcessor> make_voice_processor(int rate_hz, VoiceTasks tasks);

}  // namespace voicecli
