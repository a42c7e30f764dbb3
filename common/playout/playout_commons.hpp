// What the adaptive playouts of one thread share: memory that each of them hardly ever needs, and
// the time that a tick has for changing sound. After a stall of the whole machine every stream has
// to catch up at once; were all of them to look for pitch periods in the same tick, the ticks would
// be late, and there would be still more to catch up with.
#pragma once

#include "common/core/rare_memory.hpp"
#include "common/core/time.hpp"

#include <cstddef>
#include <cstdint>

namespace voice {

class PlayoutCommons {
 public:
  /// Searches for a pitch period: about half a millisecond.
  static constexpr std::size_t searches_per_tick = 200;
  /// Memory that has been free for a whole period goes back to the system, some blocks a tick: a
  /// stall of the server makes memory of every stream resident at once.
  static constexpr std::size_t ticks_per_period = 30 * frames_per_second;
  static constexpr std::size_t blocks_per_tick = 8;  // 2 to 3 microseconds each

  RareMemory memory;

  /// Before the first call, there is no limit.
  void begin_tick() noexcept {
    turns_ = asked_ / searches_per_tick + 1;
    asked_ = 0;
    ++tick_;
    left_ = searches_per_tick;
    if (tick_ % ticks_per_period == 0) memory.end_period();
    memory.unload(blocks_per_tick);
  }

  /// Whether there is time for one more search in this tick. If more ask than can be served, they
  /// take turns.
  [[nodiscard]] bool may_search() noexcept {
    const bool is_its_turn = asked_++ % turns_ == tick_ % turns_;
    if (!is_its_turn || left_ == 0) return false;
    --left_;
    return true;
  }
  [[nodiscard]] std::size_t searches_left() const noexcept { return left_; }

 private:
  std::size_t left_ = SIZE_MAX;
  std::size_t asked_ = 0;  // how often, in this tick
  std::size_t turns_ = 1;  // one in so many of those that ask is served
  std::size_t tick_ = 0;
};

/// Null if there are no commons: for a stream that is alone.
[[nodiscard]] inline RareMemory* memory_of(PlayoutCommons* commons) noexcept {
  return commons == nullptr ? nullptr : &commons->memory;
}

}  // namespace voice
