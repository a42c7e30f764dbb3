// What the adaptive playouts of one thread share: memory that each of them hardly ever needs, and
// the time that a tick has for changing sound. After a stall of the whole machine every stream has
// to catch up at once; were all of them to look for pitch periods in the same tick, the ticks would
// be late, and there would be still more to catch up with.
#pragma once

#include "common/core/rare_memory.hpp"

#include <cstddef>
#include <cstdint>

namespace voice {

struct PlayoutCommons {
  /// About half a millisecond.
  static constexpr std::size_t searches_per_tick = 200;

  RareMemory memory;
  std::size_t searches_left = SIZE_MAX;  // for pitch periods, in this tick

  void begin_tick() noexcept { searches_left = searches_per_tick; }
};

}  // namespace voice
