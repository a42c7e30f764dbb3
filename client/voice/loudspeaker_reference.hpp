// Finds what the loudspeaker played while the microphone recorded a sample: the canceller's
// reference. Both streams are counted in samples; the offset between them (`lead`) follows from the
// latencies that the devices report. Pure. Owned by VoicePath.
//
//   written ─▶ ring, card ─▶ ear ~~ room ~~▶ microphone ─▶ card, ring ─▶ read
//             └─ loudspeaker latency ─┘                 └ microphone latency ┘
//   lead = written − loudspeaker latency − (read + microphone latency): the microphone recorded
//   sample `read` while the loudspeaker played sample `read + lead`.
#pragma once

#include "common/audio/audio_format.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace voicecli {

/// By how much the reference is earlier than the reported latencies say, if that much is written
/// ahead. Devices usually report too much, and an echo that seems to come before its sound cannot
/// be cancelled.
inline constexpr voice::Duration reference_margin = std::chrono::milliseconds{60};

class LoudspeakerReference {
 public:
  explicit LoudspeakerReference(voice::AudioFormat format);

  /// These samples have gone to the loudspeaker, after all earlier ones.
  void write(std::span<const std::int16_t> pcm) noexcept;
  /// The loudspeaker plays this much silence, because it got no samples in time. More than a second
  /// counts as a second.
  void write_silence(std::uint64_t samples) noexcept;

  /// The microphone has lost this many samples: they are never read.
  void skip(std::uint64_t samples) noexcept;

  /// Reports the devices' latencies at this moment; call it 200 times a second. The first tenth of
  /// a second decides the lead; after that, only a difference that lasts for half a second changes
  /// it: an adapted filter is worth more than an exact lead.
  void observe(voice::Duration loudspeaker_latency, voice::Duration microphone_latency) noexcept;

  /// Silence for what is not known yet, not written yet, or older than two seconds.
  /// @param out gets the samples played while the next `out.size()` microphone samples were
  ///        recorded, reference_margin early.
  void read(std::span<std::int16_t> out) noexcept;

  /// A stream has started again: forgets the latencies and the samples that were played.
  void reset() noexcept;

  [[nodiscard]] bool is_aligned() const noexcept { return lead_.has_value(); }
  /// How often the lead has been decided since the start.
  [[nodiscard]] std::uint64_t alignments() const noexcept { return alignments_; }

 private:
  [[nodiscard]] std::int64_t samples_of(voice::Duration time) const noexcept;
  void put(std::int16_t sample) noexcept;
  void decide(std::int64_t lead, std::int64_t latency) noexcept;
  void check() const noexcept;

  voice::AudioFormat format_;
  std::vector<std::int16_t> played_;  // a ring: sample i of the stream lies at i % size
  std::int64_t written_ = 0;
  std::int64_t written_from_ = 0;  // older samples belong to an earlier stream
  std::int64_t read_ = 0;
  std::optional<std::int64_t> lead_;
  std::int64_t early_ = 0;
  std::uint64_t alignments_ = 0;
  // Sums of the observations since the last mean, and their number.
  std::int64_t lead_sum_ = 0;
  std::int64_t latency_sum_ = 0;
  int count_ = 0;
  int means_apart_ = 0;  // in a row
};

}  // namespace voicecli
