#include "client/call/backoff.hpp"

#include "common/core/assert.hpp"

#include <algorithm>

namespace voicecli {

voice::Duration Backoff::next(std::uint32_t random) noexcept {
  VOICE_ASSERT(limit_ >= retry_delay_min && limit_ <= retry_delay_max);
  const voice::Duration half = voice::Duration{limit_} / 2;
  limit_ = std::min(2 * limit_, retry_delay_max);
  // half + half × random / 2^32, without overflow: half is below 2^30 ns.
  return half + voice::Duration{static_cast<std::int64_t>(
                    (static_cast<std::uint64_t>(half.count()) * random) >> 32)};
}

}  // namespace voicecli
