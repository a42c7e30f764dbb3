// When the samples in a queue arrived, without a time for each of them: samples that arrived within
// a short time of each other form a group, which has the time of its first sample. So an age is
// never too low, and too high by less than that time. Does not know the samples.
#pragma once

#include "common/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>

namespace voice {

class ArrivalTimes {
 public:
  /// The most groups; what arrives after that joins the newest one.
  static constexpr std::size_t groups_max = 8;
  /// The memory that it needs.
  static constexpr std::size_t memory_bytes = groups_max * 2 * sizeof(std::uint64_t);

  /// Gives it memory of memory_bytes, which outlives this object or the next call. Takes over what
  /// the memory before held.
  void use(std::uint8_t* memory) noexcept;

  /// The first sample arrives in an empty queue.
  void begin(TimePoint now) noexcept {
    oldest_ = newest_ = now;
    second_ = none;
    count_ = 1;
  }

  /// The sample with number `position` is the first of those that arrive at `now`, after begin().
  /// Joins the newest group when that began less than `width` ago. Numbers never wrap.
  void came(std::uint64_t position, TimePoint now, Duration width) noexcept {
    if (now - newest_ < width) return;
    begin_group(position, now);
  }

  /// All samples before `position` have left the queue.
  void gone(std::uint64_t position) noexcept {
    while (position >= second_) drop_oldest_group();
  }

  /// When the oldest group began. Only while the queue is not empty.
  [[nodiscard]] TimePoint oldest() const noexcept { return oldest_; }
  /// The number of the first sample that is not in the oldest group; `end` when all are.
  [[nodiscard]] std::uint64_t end_of_oldest(std::uint64_t end) const noexcept {
    return second_ == none ? end : second_;
  }

 private:
  static constexpr std::uint64_t none = std::numeric_limits<std::uint64_t>::max();
  struct Group {
    std::uint64_t first;
    TimePoint since;
  };
  static_assert(groups_max * sizeof(Group) == memory_bytes);

  [[nodiscard]] Group group(std::size_t place) const noexcept;
  void set_group(std::size_t place, const Group& group) noexcept;
  void begin_group(std::uint64_t position, TimePoint now) noexcept;
  void drop_oldest_group() noexcept;

  // Used for every packet and every tick.
  TimePoint oldest_{};
  TimePoint newest_{};
  std::uint64_t second_ = none;  // the first sample of the second oldest group
  std::uint32_t count_ = 0;
  std::uint32_t front_ = 0;
  // A ring, without the oldest group.
  std::uint8_t* groups_ = nullptr;
};

}  // namespace voice
