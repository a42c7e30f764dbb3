#include "server/room/tick_scratch.hpp"

#include "common/core/assert.hpp"
#include "common/wire/packetizer.hpp"
#include "server/room/options.hpp"

namespace voiced {
namespace {

constexpr std::size_t sample_bytes_max = 2;

}  // namespace

TickScratch::TickScratch(std::size_t its_participants_max, std::size_t its_samples_max)
    : participants_max(its_participants_max),
      samples_max(its_samples_max),
      mixer(samples_max),
      // Not std::make_unique_for_overwrite: libc++ has it from version 16 on.
      spare_frames(new std::int16_t[participants_max * samples_max]),
      message(voice::packet_overhead_bytes + sample_bytes_max * samples_max),
      pcm(samples_max),
      bus(samples_max) {
  VOICE_ASSERT(participants_max <= participants_max_limit);
  for (std::size_t i = 0; i < shared_messages.size(); ++i) {
    const auto& codec = voice::codec_info(static_cast<voice::CodecId>(i));
    VOICE_ASSERT(codec.sample_bytes <= sample_bytes_max);
    shared_messages[i].resize(voice::packet_overhead_bytes + codec.sample_bytes * samples_max);
  }
}

std::span<std::int16_t> TickScratch::spare(std::size_t samples) noexcept {
  VOICE_ASSERT(spare_used + samples <= participants_max * samples_max);
  return {&spare_frames[spare_used], samples};
}

}  // namespace voiced
