// What a PacketQueue holds, as samples: for rules that change sound instead of handing it on.
#pragma once

#include "common/playout/packet_queue.hpp"

#include <cstdint>
#include <span>

namespace voice {

/// The most samples at once.
inline constexpr std::size_t sound_view_max = rate_hz_max * 60 / 1000;

/// Decodes the out.size() samples from the oldest + `from` on; as many are held (asserted).
void decode_held(const PacketQueue& queue, std::size_t from, std::span<std::int16_t> out) noexcept;

/// Decodes the out.size() samples that were played last; as many can still be read (asserted).
void decode_played(const PacketQueue& queue, std::span<std::int16_t> out) noexcept;

/// Encoded, `pcm` takes the place of what is held from the oldest sample + `from` on; as much is
/// held (asserted).
void replace_held(PacketQueue& queue, std::size_t from, std::span<const std::int16_t> pcm) noexcept;

}  // namespace voice
