#include "client/voice/loudspeaker_reference.hpp"

#include "common/core/assert.hpp"

#include <algorithm>
#include <cstdlib>

namespace voicecli {
namespace {

constexpr int ring_s = 2;  // all latencies together rarely reach a tenth of it
// A card moves blocks of 10 ms or more, so a single observation says little.
constexpr int observations_first = 20;
constexpr int observations_per_mean = 50;
constexpr int means_apart_max = 2;
// The canceller finds an echo that begins 10 to 100 ms after its sound, so a difference up to this
// does not matter. Two cards whose clocks differ by 50 ppm need 400 s to reach it.
constexpr std::chrono::milliseconds apart_max{20};
constexpr std::chrono::seconds latency_max{1};
constexpr std::chrono::milliseconds lump_max{20};

}  // namespace

LoudspeakerReference::LoudspeakerReference(voice::AudioFormat format)
    : format_(format), played_(static_cast<std::size_t>(format.rate_hz()) * ring_s) {}

std::int64_t LoudspeakerReference::samples_of(voice::Duration time) const noexcept {
  const auto known = std::clamp<voice::Duration>(time, voice::Duration::zero(), latency_max);
  return std::chrono::duration_cast<std::chrono::microseconds>(known).count() * format_.rate_hz() /
         1'000'000;
}

void LoudspeakerReference::put(std::int16_t sample) noexcept {
  played_[static_cast<std::size_t>(written_) % played_.size()] = sample;
  ++written_;
}

void LoudspeakerReference::write(std::span<const std::int16_t> pcm) noexcept {
  for (const std::int16_t sample : pcm) put(sample);
  check();
}

void LoudspeakerReference::write_silence(std::uint64_t samples) noexcept {
  const auto second = static_cast<std::uint64_t>(format_.rate_hz());
  for (std::uint64_t left = std::min(samples, second); left > 0; --left) put(0);
  check();
}

void LoudspeakerReference::skip(std::uint64_t samples) noexcept {
  const auto second = static_cast<std::uint64_t>(format_.rate_hz());
  read_ += static_cast<std::int64_t>(std::min(samples, second));
}

void LoudspeakerReference::observe(voice::Duration loudspeaker_latency,
                                   voice::Duration microphone_latency) noexcept {
  const std::int64_t latency = samples_of(loudspeaker_latency) + samples_of(microphone_latency);
  latency_sum_ += latency;
  lead_sum_ += written_ - read_ - latency;
  ++count_;
  const int enough = lead_ ? observations_per_mean : observations_first;
  if (count_ < enough) return;
  const std::int64_t mean = lead_sum_ / count_;
  const std::int64_t latency_mean = latency_sum_ / count_;
  lead_sum_ = latency_sum_ = 0;
  count_ = 0;
  if (!lead_) return decide(mean, latency_mean);
  const bool is_apart = std::abs(mean - *lead_) > samples_of(apart_max);
  means_apart_ = is_apart ? means_apart_ + 1 : 0;
  if (means_apart_ == means_apart_max) decide(mean, latency_mean);
  check();
}

void LoudspeakerReference::decide(std::int64_t lead, std::int64_t latency) noexcept {
  lead_ = lead;
  // Stays within what has been written when a lump of the microphone's samples is read.
  early_ =
      std::clamp<std::int64_t>(latency - samples_of(lump_max), 0, samples_of(reference_margin));
  ++alignments_;
  means_apart_ = 0;
}

void LoudspeakerReference::read(std::span<std::int16_t> out) noexcept {
  const std::int64_t oldest =
      std::max(written_from_, written_ - static_cast<std::int64_t>(played_.size()));
  std::int64_t at = read_ + lead_.value_or(0) + early_;
  for (std::int16_t& sample : out) {
    const bool is_known = lead_ && at >= oldest && at < written_;
    sample = is_known ? played_[static_cast<std::size_t>(at) % played_.size()] : std::int16_t{0};
    ++at;
  }
  read_ += static_cast<std::int64_t>(out.size());
}

void LoudspeakerReference::reset() noexcept {
  lead_.reset();
  written_from_ = written_;
  lead_sum_ = latency_sum_ = 0;
  count_ = 0;
  means_apart_ = 0;
  check();
}

void LoudspeakerReference::check() const noexcept {
  VOICE_ASSERT(written_from_ >= 0 && written_from_ <= written_);
  VOICE_ASSERT(count_ >= 0 && count_ < observations_per_mean);
  VOICE_ASSERT(means_apart_ >= 0 && means_apart_ < means_apart_max);
}

}  // namespace voicecli
