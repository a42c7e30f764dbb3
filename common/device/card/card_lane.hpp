// One direction of an opened sound card, as its callback and the call's thread share it: a ring of
// samples at the card's own rate and a few counters. A lane lives as long as its stream; a reopened
// card gets a new one.
#pragma once

#include "common/audio/audio_format.hpp"
#include "common/core/spsc_ring.hpp"

#include <atomic>
#include <cstdint>
#include <span>

namespace voice {

class CardLane {
 public:
  /// @param channels of the card, interleaved in what the callback sees; the ring is mono.
  CardLane(int rate_hz, std::size_t channels, std::size_t capacity_samples);

  /// Callback only. Realtime-safe: no lock, no allocation, no log.
  /// Mixes the first two channels down and stores; what does not fit is lost and counted.
  void record(const std::int16_t* interleaved, std::size_t frames) noexcept;
  /// Callback only. Realtime-safe. Fills the first two channels (others are silent), with silence
  /// when the ring is dry, which is counted once sound has begun.
  void render(std::int16_t* interleaved, std::size_t frames) noexcept;

  [[nodiscard]] int rate_hz() const noexcept { return rate_hz_; }
  /// Converts a number of samples from the card's rate to the call's rate.
  [[nodiscard]] std::uint64_t samples_at(AudioFormat call, std::uint64_t samples) const noexcept {
    return samples * static_cast<std::uint64_t>(call.rate_hz()) /
           static_cast<std::uint64_t>(rate_hz_);
  }
  [[nodiscard]] std::uint64_t gap_samples_at(AudioFormat call) const noexcept {
    return samples_at(call, gap_samples.load(std::memory_order_relaxed));
  }

  /// Playback: pushed by the call's thread. Capture: popped by it.
  SpscRing<std::int16_t> ring;

  /// Times the callback ran: a supervisor sees by it that the card is alive.
  std::atomic<std::uint64_t> callbacks{0};
  /// Samples lost (capture) or invented (playback).
  std::atomic<std::uint64_t> gap_samples{0};
  /// The longest block the callback has seen.
  std::atomic<std::size_t> block_samples{0};
  /// Playback, set by the call's thread: what is in the ring has become old; the callback drops it.
  std::atomic<bool> stale{false};
  /// The card's own delay, as far as it is reported. Set before the stream starts, and by the
  /// callback if the card reports it for each block.
  std::atomic<double> card_latency_s{0};

 private:
  void count_callback(std::size_t frames) noexcept;

  int rate_hz_;
  std::size_t channels_;
  bool sound_has_begun_ = false;  // callback only
};

}  // namespace voice
