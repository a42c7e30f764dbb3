// How many samples the loudspeaker's ring should hold: as few as possible, because they are delay,
// but enough that the callback never runs dry between two writes. Starts small and grows when it
// was too small.
#pragma once

#include <cstddef>
#include <cstdint>

namespace voice {

class PlaybackTarget {
 public:
  /// @param block_samples what the card asks for at once.
  PlaybackTarget(int rate_hz, std::size_t block_samples) noexcept;

  /// Call before each write with the card's count of invented samples.
  /// @param was_full the last write left as much in the ring as had been asked for: if it ran dry
  /// all the same,
  ///                 that was too little; if not, the writer is to blame and more would not help.
  void observe(std::uint64_t gap_samples, bool was_full) noexcept;

  [[nodiscard]] std::size_t samples() const noexcept { return samples_; }

 private:
  std::size_t step_samples_;
  std::size_t samples_max_;
  std::size_t samples_;
  std::uint64_t gap_samples_ = 0;
};

}  // namespace voice
