// What a voice goes through between microphone and call: echo cancellation, noise suppression, gain
// control, voice activity. Pure: blocks of the microphone and of the loudspeaker come in, the
// microphone's block leaves changed. The library that does it is chosen at build time
// (docs/adr/0024-voice-processing.md).
#pragma once

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

  /// Processes 10 ms in place, without an allocation. Returns whether somebody speaks in them.
  /// @param microphone, loudspeaker mono blocks of rate / 100 samples. The echo of `loudspeaker`
  ///        begins in `microphone` 10 to 100 ms later, and always equally late.
  virtual bool process(std::span<std::int16_t> microphone,
                       std::span<const std::int16_t> loudspeaker) = 0;

  /// Forgets the room: another microphone or loudspeaker, or a stream that has started again. May
  /// allocate.
  virtual void reset() = 0;
};

/// False in a program that was built without a library for it.
[[nodiscard]] bool has_voice_processing() noexcept;

/// The rate at which a voice of `rate_hz` is processed: the lowest of 8000, 16000, 32000 and 48000
/// that is no lower.
/// @param rate_hz at most 48000; asserted.
[[nodiscard]] int voice_processing_rate_hz(int rate_hz) noexcept;

/// A processor for blocks at `rate_hz`, one of voice_processing_rate_hz(). Null without a library.
[[nodiscard]] std::unique_ptr<VoiceProcessor> make_voice_processor(int rate_hz, VoiceTasks tasks);

}  // namespace voicecli
