// The promises of a jitter buffer (common/playout/jitter_buffer.hpp), implemented again with a
// plain queue of samples, each with its time of arrival. Slow, obvious, and written from the
// promises, not from the code.
#pragma once

#include "common/playout/jitter_buffer.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>

namespace sim {

/// The number of samples of frame `index`: at 11025 Hz, 220, 221, 220, …, so that 50 make a second.
[[nodiscard]] std::size_t frame_samples(int rate_hz, std::uint64_t index) noexcept;

/// The numbers in a packet, where they are valid.
struct PacketNumbers {
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
};

class JitterModel {
 public:
  using TimePoint = voice::TimePoint;
  using Duration = voice::Duration;

  JitterModel(int rate_hz, int depth_packets) noexcept;

  voice::Insert insert(std::optional<PacketNumbers> numbers, voice::Bytes ulaw, TimePoint now);

  /// Fills `out`; returns how many samples at its front come from the peer.
  std::size_t take(std::span<std::uint8_t> out, TimePoint now);

  void set_depth(int depth_packets);
  void reset();
  void forget_sequence() { last_.reset(); }

  [[nodiscard]] std::size_t size() const noexcept { return samples_.size(); }
  [[nodiscard]] bool playing() const noexcept { return playing_; }
  [[nodiscard]] int depth_packets() const noexcept { return static_cast<int>(depth_); }
  [[nodiscard]] const voice::PlayoutCounters& counters() const noexcept { return counters_; }
  /// A sample was played later after its arrival than N packets last, plus 200 ms for late ticks. N
  /// is the highest depth in force since then.
  [[nodiscard]] bool overdue() const noexcept { return overdue_; }

 private:
  struct Sample {
    std::uint8_t code;
    TimePoint arrived;
    TimePoint told;  // the time recorded for its group: never later
    Duration wait_max;
  };

  void append(std::size_t count, const std::uint8_t* codes, TimePoint now);
  [[nodiscard]] std::size_t groups() const;
  void erase_front(std::size_t count);
  /// False if the packet must be discarded.
  voice::Insert follow(const PacketNumbers& numbers, std::size_t samples, TimePoint now);
  void hold_lumps(std::size_t packet, TimePoint now);
  bool keep_within();
  void use_depth(std::size_t depth);
  void throw_away_old(TimePoint now, Duration wait_max);
  void let_go_of_excess();
  [[nodiscard]] std::size_t target() const noexcept { return depth_ / 2 * frame_long_; }
  [[nodiscard]] Duration wait_max() const noexcept;

  std::size_t frame_;       // whole samples in 20 ms
  std::size_t frame_long_;  // the same, rounded up
  std::size_t depth_;
  std::size_t depth_set_;
  std::deque<Sample> samples_;  // oldest first
  bool overdue_ = false;
  bool playing_ = false;
  std::optional<PacketNumbers> last_;  // the timestamp is that of the packet that should follow
  TimePoint last_numbers_at_{};
  std::size_t arrived_since_tick_ = 0;
  TimePoint deepened_at_{};
  TimePoint lump_at_{};
  std::deque<std::size_t>
      full_;  // what was left by each of the latest ticks, while it was too much
  voice::PlayoutCounters counters_;
};

}  // namespace sim
