// The memory in which a room computes one tick. All rooms of a server share one, because they tick
// one after the other: what a room has put here is valid until the next room ticks. It stays small
// enough for the processor's cache, however many rooms there are.
#pragma once

#include "common/audio/codec.hpp"
#include "common/core/assert.hpp"
#include "server/room/mixer.hpp"
#include "server/room/options.hpp"
#include "server/room/participant.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace voiced {

class Room;

struct TickScratch {
  /// @param participants_max of the largest room. @param samples_max of the longest frame. Both
  /// allocate, but memory becomes resident only as far as it is used.
  TickScratch(std::size_t participants_max, std::size_t samples_max);
  /// For one room alone.
  explicit TickScratch(const RoomOptions& room)
      : TickScratch(room.participants_max, room.format.samples_per_frame_max()) {}

  std::size_t participants_max;
  std::size_t samples_max;
  const Room* user = nullptr;  // whose tick is here

  Mixer mixer;
  // Contributors not on the bus yet, and their codes.
  std::array<Participant*, mix_group_frames> pending{};
  std::array<voice::Bytes, mix_group_frames> pending_frames{};
  std::size_t pending_count = 0;
  // Frames that do not lie in one piece in their jitter buffer are put together here.
  std::unique_ptr<std::int16_t[]> spare_frames;
  std::size_t spare_samples;
  std::size_t spare_used = 0;  // samples
  // Whole messages, for each codec: what all listeners hear that do not contribute, and what one
  // contributor hears. They carry the header of the tick from its begin on.
  std::array<std::vector<std::uint8_t>, voice::codec_count> shared_messages;
  std::array<std::vector<std::uint8_t>, voice::codec_count> own_messages;
  std::vector<std::int16_t> pcm;  // the same, not encoded yet
  std::vector<std::int32_t> bus;  // the bus without those that a listener leaves out

  /// Room for one frame that is put together. Counts as used when spare_used grows.
  [[nodiscard]] std::span<std::int16_t> spare(std::size_t samples) noexcept {
    VOICE_ASSERT(spare_used + samples <= spare_samples);
    return {&spare_frames[spare_used], samples};
  }
};

}  // namespace voiced
