// Limits on the sizes that a peer can send (docs/protocol.md §1, §7).
#pragma once

#include "common/audio/audio_format.hpp"
#include "common/audio/codec.hpp"

#include <algorithm>
#include <cstddef>

namespace voice {

inline constexpr std::size_t length_prefix_bytes = 4;
inline constexpr std::size_t rtp_header_bytes = 12;
inline constexpr std::size_t text_message_bytes_max = 1024;

/// The longest message that a peer may send before its first Hello or valid RTP packet.
inline constexpr std::size_t message_bytes_max_stranger = text_message_bytes_max;

/// A legal packet carries one frame; four leave room for peers that put 80 ms into a packet.
inline constexpr std::size_t packet_frames_max = 4;

/// Bytes per sample in a payload of µ-law.
inline constexpr std::size_t ulaw_sample_bytes = 1;

/// The longest message that a peer may send after its first Hello or valid RTP packet: four frames
/// or a text message.
/// @param sample_bytes bytes per sample in the payloads that the peer may send.
[[nodiscard]] inline std::size_t message_bytes_max(
    AudioFormat format, std::size_t sample_bytes = ulaw_sample_bytes) noexcept {
  return std::max(text_message_bytes_max, rtp_header_bytes + packet_frames_max * sample_bytes *
                                                                 format.samples_per_frame_max());
}

/// The same for a peer that sends `codec`: in Opus one frame, because a packet never holds more.
[[nodiscard]] inline std::size_t message_bytes_max(AudioFormat format, CodecId codec) noexcept {
  if (codec != CodecId::opus) return message_bytes_max(format, codec_info(codec).sample_bytes);
  return std::max(text_message_bytes_max, rtp_header_bytes + opus_payload_bytes_max);
}

/// The same at the highest rate, in µ-law. In L16 it is nearly twice as much.
inline constexpr std::size_t message_bytes_max_any_rate =
    rtp_header_bytes + packet_frames_max * ulaw_sample_bytes * (rate_hz_max / frames_per_second);
static_assert(message_bytes_max_any_rate >= text_message_bytes_max);

}  // namespace voice
