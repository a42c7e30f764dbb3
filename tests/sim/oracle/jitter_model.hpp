// What a jitter buffer promises (common/playout/jitter_buffer.hpp), said once more with a plain
// queue of bytes. Slow, obvious, and written from the promise, not from the code.
#pragma once

#include "common/core/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

namespace sim {

/// How many samples frame number `index` has: 11025 Hz → 220, 221, 220, … so that 50 make a second.
[[nodiscard]] std::size_t frame_samples(int rate_hz, std::uint64_t index) noexcept;

class JitterModel {
 public:
  JitterModel(int rate_hz, int depth_packets) noexcept;

  void insert(std::optional<std::uint16_t> sequence, voice::Bytes ulaw);

  /// Fills `out`; returns how many samples at its front are the peer's.
  std::size_t take(std::span<std::uint8_t> out);

  void set_depth(int depth_packets);
  void reset();

  [[nodiscard]] std::size_t size() const noexcept { return samples_.size(); }
  [[nodiscard]] bool playing() const noexcept { return playing_; }
  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }
  [[nodiscard]] std::uint64_t accepted() const noexcept { return accepted_; }
  [[nodiscard]] std::uint64_t dropped_samples() const noexcept { return dropped_samples_; }
  /// Something was played that had waited for longer than N packets last, since it came or since
  /// playing began, whichever was later. N is that of the moment it came.
  [[nodiscard]] bool overdue() const noexcept { return overdue_; }

 private:
  /// Samples that came together.
  struct Arrival {
    std::uint64_t tick;
    std::size_t samples;
    std::size_t ticks_max;
  };
  void append(std::size_t count);
  void erase_front(std::size_t count);
  void start_playing();
  /// False: the packet is to be thrown away.
  bool follow(std::uint16_t sequence);
  void keep_within(std::size_t limit, std::size_t target);

  std::size_t frame_;       // whole samples in 20 ms
  std::size_t frame_long_;  // the same, rounded up
  std::size_t depth_;
  std::vector<std::uint8_t> samples_;  // oldest first
  std::deque<Arrival> arrivals_;       // of samples_
  std::uint64_t ticks_ = 0;
  bool overdue_ = false;
  bool playing_ = false;
  std::optional<std::uint16_t> last_;
  std::uint64_t lost_ = 0;
  std::uint64_t accepted_ = 0;
  std::uint64_t dropped_samples_ = 0;
};

}  // namespace sim
