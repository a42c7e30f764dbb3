#include "common/audio/frame.hpp"

#include "common/audio/audio_format.hpp"
#include "common/audio/g711.hpp"
#include "common/core/assert.hpp"

#include <algorithm>
#include <array>

namespace voice {

void decode(const Frame& frame, std::span<std::int16_t> pcm) noexcept {
  VOICE_ASSERT(frame.is_one_kind() && frame.samples() == pcm.size());
  if (!frame.pcm.empty()) {
    if (frame.pcm.data() != pcm.data()) std::ranges::copy(frame.pcm, pcm.begin());
    return;
  }
  std::array<std::uint8_t, rate_hz_max / frames_per_second> room;
  VOICE_ASSERT(frame.ulaw.size() <= room.size());
  const auto codes = std::span{room}.first(frame.ulaw.size());
  std::ranges::copy(frame.ulaw, codes.begin());
  g711::decode(codes, pcm);
}

}  // namespace voice
