#include "server/room/tick_scratch.hpp"

#include "common/core/assert.hpp"
#include "common/wire/packetizer.hpp"
#include "server/room/options.hpp"

namespace voiced {

TickScratch::TickScratch(std::size_t its_participants_max, std::size_t its_samples_max)
    : participants_max(its_participants_max),
      samples_max(its_samples_max),
      mixer(samples_max),
      // Not std::make_unique_for_overwrite: libc++ has it from version 16 on.
      spare_frames(new std::int16_t[participants_max * samples_max]),
      spare_samples(participants_max * samples_max),
      pcm(samples_max),
      bus(samples_max),
      gains(samples_max) {
  VOICE_ASSERT(participants_max <= participants_max_limit);
  for (std::size_t i = 0; i < shared_messages.size(); ++i) {
    const auto codec = static_cast<voice::CodecId>(i % voice::codec_count);
    const std::size_t bytes =
        voice::packet_overhead_bytes + voice::payload_bytes_max(codec, samples_max);
    shared_messages[i].resize(bytes);
    own_messages[i].resize(bytes);
  }
}

}  // namespace voiced
