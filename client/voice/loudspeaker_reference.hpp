// What the loudspeaker played while the microphone heard something: the canceller's reference. Both
// streams are counted in samples; how far they are apart follows from what the devices say of their
// latency. Pure. Owned by VoicePath.
//
//   written ─▶ ring, card ─▶ ear ~~ room ~~▶ microphone ─▶ card, ring ─▶ read
//             └─ loudspeaker latency ─┘                 └ microphone latency ┘
//   lead = written − loudspeaker latency − (read + microphone latency): the sample `read` was heard
//   while `read + lead` was played.
#pragma once

#include "common/audio/audio_format.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace voicecli {

/// How much earlier the reference is than what the devices say, if so much is written ahead. They
/// mostly say too much, and an echo that seems to come before its sound cannot be cancelled.
inline constexpr voice::Duration reference_margin = std::chrono::milliseconds{60};

class LoudspeakerReference {
 public:
  explicit LoudspeakerReference(voice::AudioFormat format);

  /// The loudspeaker gets these samples, after all others.
  void write(std::span<const std::int16_t> pcm) noexcept;
  /// The loudspeaker plays so much silence, because it got nothing in time. More than a second is
  /// the same as a second.
  void write_silence(std::uint64_t samples) noexcept;

  /// The microphone has lost so many samples: they are never read.
  void skip(std::uint64_t samples) noexcept;

  /// What the devices say at this moment; 200 times a second. The first tenth of a second decides;
  /// after that only a difference that lasts for half a second does: a filter that has adapted is
  /// worth more than exactness.
  void observe(voice::Duration loudspeaker_latency, voice::Duration microphone_latency) noexcept;

  /// What is not known yet, or not written yet, or older than two seconds is silence.
  /// @param out gets what was played while the next `out.size()` microphone samples were heard,
  ///        reference_margin early.
  void read(std::span<std::int16_t> out) noexcept;

  /// A stream has started again: nothing is known of the latencies, and what was played is
  /// forgotten.
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
  std::int64_t written_from_ = 0;  // older samples are of a former stream
  std::int64_t read_ = 0;
  std::optional<std::int64_t> lead_;
  std::int64_t early_ = 0;
  std::uint64_t alignments_ = 0;
  // Of the observations since the last mean.
  std::int64_t lead_sum_ = 0;
  std::int64_t latency_sum_ = 0;
  int count_ = 0;
  int means_apart_ = 0;  // in a row
};

}  // namespace voicecli
