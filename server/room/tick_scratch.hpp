// The memory that a room needs for one tick. All rooms of a server share it, because they tick one
// after the other: its contents are valid until the next room ticks. It fits into the processor's
// cache, however many rooms there are. The participants, which move from room to room, and what
// they hardly ever need come from here, too.
#pragma once

#include "common/audio/codec.hpp"
#include "common/core/assert.hpp"
#include "server/room/mixer.hpp"
#include "server/room/options.hpp"
#include "server/room/participant.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace voiced {

class Room;

struct TickScratch {
  /// Allocates; spare_frames become resident only as far as they are used.
  /// @param participants_max of the largest room
  /// @param samples_max of the longest frame
  TickScratch(std::size_t participants_max, std::size_t samples_max);
  /// For one room alone.
  explicit TickScratch(const RoomOptions& room)
      : TickScratch(room.participants_max,
                    std::max(room.format.samples_per_frame_max(),
                             room.other_format.value_or(room.format).samples_per_frame_max())) {}

  std::size_t participants_max;
  std::size_t samples_max;
  const Room* user = nullptr;                    // the room that ticked last
  voice::PlayoutCommons playouts;                // of all participants
  Participants participants;                     // of all rooms
  std::size_t howl_comparisons_left = SIZE_MAX;  // in this tick, by all rooms (HowlGuard)

  Mixer mixer;
  // Contributors that are not on the bus yet, and their codes.
  std::array<Participant*, mix_group_frames> pending{};
  std::array<voice::Bytes, mix_group_frames> pending_frames{};
  std::size_t pending_count = 0;
  // Frames that do not lie in one piece in their jitter buffer are put together here.
  std::unique_ptr<std::int16_t[]> spare_frames;
  std::size_t spare_samples;
  std::size_t spare_used = 0;  // samples
  // Whole messages, one of each for every codec at the room's rate, then at the other one: for all
  // listeners that do not contribute, and for one contributor. The latter get the header of the
  // tick when it begins.
  std::array<std::vector<std::uint8_t>, 2 * voice::codec_count> shared_messages;
  std::array<std::vector<std::uint8_t>, 2 * voice::codec_count> own_messages;
  std::vector<std::int16_t> pcm;    // the same, not encoded yet
  std::vector<std::int32_t> bus;    // the bus minus the talkers that a listener does not hear
  std::vector<std::int32_t> gains;  // of the limiter, one for each sample

  /// Space for one frame; the caller adds to spare_used what it keeps.
  [[nodiscard]] std::span<std::int16_t> spare(std::size_t samples) noexcept {
    VOICE_ASSERT(spare_used + samples <= spare_samples);
    return {&spare_frames[spare_used], samples};
  }
};

}  // namespace voiced
