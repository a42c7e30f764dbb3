// Passes the microphone's samples through a VoiceProcessor: takes them in pieces of any size at the
// call's rate, and processes blocks of 10 ms at the processor's rate, each with the matching
// samples of the loudspeaker. Has no device and no clock. Owned by AudioPump.
//
//   microphone ──────────────────────▶ resampler ─▶ block ─▶ VoiceProcessor ─▶ resampler ─▶ voice
//   loudspeaker ─▶ LoudspeakerReference ─▶ resampler ─▶ block ───┘                            ▲
//   microphone ─▶ UpperBand (at rates above the processor's) ─────────────────────────────────┘
#pragma once

#include "client/voice/echo_meter.hpp"
#include "client/voice/loudspeaker_reference.hpp"
#include "client/voice/upper_band.hpp"
#include "client/voice/voice_processor.hpp"
#include "common/device/resampler.hpp"

#include <memory>

namespace voicecli {

/// What is known about a microphone or loudspeaker at this moment.
struct StreamMoment {
  bool is_running = false;
  std::uint64_t starts = 0;       // streams that have begun so far
  std::uint64_t gap_samples = 0;  // lost, or invented as silence, so far
  voice::Duration latency{0};     // of the next sample that is written or read
};

class VoicePath {
 public:
  /// @param processor for blocks at voice_processing_rate_hz(format.rate_hz()); not null, asserted.
  VoicePath(voice::AudioFormat format, std::unique_ptr<VoiceProcessor> processor);

  /// Call it 200 times a second, before the microphone is read.
  void observe(const StreamMoment& loudspeaker, const StreamMoment& microphone);

  /// The loudspeaker gets these samples now.
  void played(std::span<const std::int16_t> pcm) noexcept { reference_.write(pcm); }

  struct Voice {
    std::span<const std::int16_t> pcm;  // at the call's rate; valid until the next call
    bool is_speech = false;             // at least one block of it is
  };
  /// Returns what has been processed by now. Less than 10 ms stay inside, and, if the rate has to
  /// be converted, what the resamplers' filters hold.
  /// @param pcm at most a frame; asserted.
  [[nodiscard]] Voice process(std::span<const std::int16_t> pcm);

  /// What waits for its block to be full, what the filters hold, and the processor's own delay.
  [[nodiscard]] voice::Duration delay() const noexcept;

  /// By how many dB the echo is quieter than at the microphone; none until that has been measured.
  [[nodiscard]] std::optional<double> echo_reduction_db() const noexcept {
    return meter_.reduction_db();
  }

 private:
  void reset();
  bool process_block();

  voice::AudioFormat format_;
  std::unique_ptr<VoiceProcessor> processor_;
  LoudspeakerReference reference_;
  EchoMeter meter_;
  StreamMoment loudspeaker_;
  StreamMoment microphone_;
  voice::Resampler near_in_;
  voice::Resampler far_in_;
  voice::Resampler out_;
  std::optional<UpperBand> upper_;
  // One block of each at the processor's rate; both hold filled_ samples.
  std::vector<std::int16_t> near_;
  std::vector<std::int16_t> far_;
  std::size_t filled_ = 0;
  std::vector<std::int16_t> before_;  // the microphone's block, as it was
  std::vector<std::int16_t> played_;  // the reference for a lump, at the call's rate
  std::vector<std::int16_t> voice_;   // processed
  std::size_t voice_samples_ = 0;
};

}  // namespace voicecli
