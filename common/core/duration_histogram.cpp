#include "common/core/duration_histogram.hpp"

#include "common/core/assert.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace voice {

using std::chrono::microseconds;

// Octave from the highest bit, quarter from the two bits below it.
std::size_t DurationHistogram::bucket_of(Duration value) noexcept {
  const auto count = std::chrono::duration_cast<microseconds>(value).count();
  if (count < 1) return 0;
  const auto us = static_cast<std::uint64_t>(count);
  const auto octave = static_cast<std::size_t>(std::bit_width(us) - 1);
  if (octave >= octaves) return octaves * steps_per_octave - 1;
  const std::uint64_t below = us - (std::uint64_t{1} << octave);
  const auto quarter = static_cast<std::size_t>((below * steps_per_octave) >> octave);
  return octave * steps_per_octave + quarter;
}

Duration DurationHistogram::upper_edge(std::size_t bucket) noexcept {
  VOICE_ASSERT(bucket < octaves * steps_per_octave);
  const std::uint64_t octave = bucket / steps_per_octave;
  const std::uint64_t quarter = bucket % steps_per_octave + 1;
  const std::uint64_t base = std::uint64_t{1} << octave;
  return microseconds{static_cast<std::int64_t>(base + (base * quarter + 3) / steps_per_octave)};
}

void DurationHistogram::add(Duration value) noexcept {
  value = std::max(value, Duration{0});
  const std::size_t bucket = bucket_of(value);
  VOICE_ASSERT(bucket < buckets_.size());
  ++buckets_[bucket];
  ++count_;
  sum_ += value;
  max_ = std::max(max_, value);
  VOICE_ASSERT(buckets_[bucket] <= count_);
  VOICE_ASSERT(max_ <= sum_);
}

Duration DurationHistogram::percentile(double share) const noexcept {
  VOICE_ASSERT(share >= 0 && share <= 1);
  if (count_ == 0) return Duration{0};
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    seen += buckets_[bucket];
    if (seen >= wanted && seen != 0) return std::min(upper_edge(bucket), max_);
  }
  VOICE_ASSERT(seen == count_);
  return max_;
}

std::uint64_t DurationHistogram::count_up_to(Duration limit) const noexcept {
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size() && upper_edge(bucket) <= limit; ++bucket) {
    seen += buckets_[bucket];
  }
  return seen;
}

}  // namespace voice
