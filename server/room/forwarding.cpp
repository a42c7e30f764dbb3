#include "server/room/forwarding.hpp"

#include "common/audio/audio_format.hpp"
#include "common/core/assert.hpp"

#include <algorithm>

namespace voiced {
namespace {

// So much more than on average may have been passed on, in usual packets.
constexpr std::size_t excess_packets_max = 10;

}  // namespace

bool Forwarding::allows(const voice::KeptPackets::Found& found, int kbits) noexcept {
  VOICE_ASSERT(kbits >= voice::opus_kbits_min && kbits <= voice::opus_kbits_max);
  const std::size_t bytes = found.packet.size();
  const std::size_t usual = static_cast<std::size_t>(kbits) * 1000 / 8 / voice::frames_per_second;
  const std::size_t most = usual + usual / 4;
  const std::size_t excess = std::max(excess_bytes_ + bytes, most) - most;
  if (bytes == 0 || bytes > 2 * usual || excess > excess_packets_max * usual) {
    excess_bytes_ = std::max(excess_bytes_ + usual, most) - most;
    is_on_ = false;
    possible_ticks_ = 0;
    return false;
  }
  excess_bytes_ = excess;
  if (!is_on_) {
    ++possible_ticks_;
    is_on_ = found.spurt_packets <= spurt_packets_max || possible_ticks_ > ticks_before;
  }
  return is_on_;
}

}  // namespace voiced
