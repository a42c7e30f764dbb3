// Every size a peer can make us handle, named once (docs/protocol.md §1, §7).
#pragma once

#include "common/audio/audio_format.hpp"

#include <algorithm>
#include <cstddef>

namespace voice {

inline constexpr std::size_t length_prefix_bytes = 4;
inline constexpr std::size_t rtp_header_bytes = 12;
inline constexpr std::size_t text_message_bytes_max = 1024;

/// What a peer may send before it has shown that it speaks our language.
inline constexpr std::size_t message_bytes_max_stranger = text_message_bytes_max;

/// A legal packet carries one frame; four leave room for peers that gather 80 ms.
inline constexpr std::size_t packet_frames_max = 4;

/// What a peer may send after its first Hello or valid RTP packet: four frames or a text message.
[[nodiscard]] inline std::size_t message_bytes_max(AudioFormat format) noexcept {
  return std::max(text_message_bytes_max,
                  rtp_header_bytes + packet_frames_max * format.samples_per_frame_max());
}

/// The same at the highest rate: no message in this program is ever longer.
inline constexpr std::size_t message_bytes_max_any_rate =
    rtp_header_bytes + packet_frames_max * (rate_hz_max / frames_per_second);
static_assert(message_bytes_max_any_rate >= text_message_bytes_max);

}  // namespace voice
