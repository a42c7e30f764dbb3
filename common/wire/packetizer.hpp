// Turns encoded frames into whole wire messages: length prefix, RTP header, payload
// (docs/protocol.md §1–2).
#pragma once

#include "common/audio/codec.hpp"
#include "common/wire/rtp_packet.hpp"

#include <cstdint>
#include <span>

namespace voice {

/// Bytes in front of the payload in a wire message.
inline constexpr std::size_t packet_overhead_bytes = length_prefix_bytes + rtp_header_bytes;

/// The size of a whole message that carries the longest frame.
[[nodiscard]] inline std::size_t sound_message_bytes(AudioFormat format, CodecId codec) noexcept {
  return packet_overhead_bytes + payload_bytes_max(codec, format.samples_per_frame_max());
}

/// The size of a whole message that carries a frame: in Opus, on average at this bit rate.
/// @param opus_kbits as a setting (opus_kbits_of()).
[[nodiscard]] std::size_t usual_message_bytes(AudioFormat format, CodecId codec,
                                              int opus_kbits) noexcept;

/// Writes prefix and RTP header in front of a payload that is already at
/// `message[packet_overhead_bytes…]`. `message` has at least packet_overhead_bytes; asserted.
void write_packet_overhead(const rtp::Header& header, std::span<std::uint8_t> message) noexcept;

/// The counters of one outgoing RTP stream: sequence +1 per packet, timestamp + samples.
class Packetizer {
 public:
  /// @param payload_type of every packet; at most rtp::payload_type_max, asserted on writing.
  Packetizer(std::uint16_t first_sequence, rtp::Ssrc ssrc,
             std::uint8_t payload_type = rtp::ulaw_payload_type) noexcept
      : header_{first_sequence, rtp::Timestamp{0}, ssrc, payload_type} {}

  /// Completes `message`, whose payload is in place, and moves on to the next packet.
  /// @param samples how many samples the payload encodes, whatever its length in bytes.
  void packetize(std::span<std::uint8_t> message, std::size_t samples) noexcept;

  /// Moves on to the next packet, after this one was written elsewhere with next_header().
  void count(std::size_t samples) noexcept;

  /// The next packet is the first of a talk spurt: it carries the marker (RFC 3551 §4.1).
  void mark() noexcept { header_.marker = true; }

  /// For a message without sound: the number of the packet before it, so that a receiver that
  /// counts packets misses none, and the time that has been reached.
  [[nodiscard]] rtp::Header header_without_sound() const noexcept;

  /// Lets time pass without a packet (RFC 3550 §5.1: the timestamp counts through silence).
  void skip(std::size_t samples) noexcept;

  /// The payload type of every packet from now on; at most rtp::payload_type_max, asserted on
  /// writing.
  void set_payload_type(std::uint8_t payload_type) noexcept { header_.payload_type = payload_type; }

  /// What the next packet will carry.
  [[nodiscard]] const rtp::Header& next_header() const noexcept { return header_; }

 private:
  rtp::Header header_;
};

}  // namespace voice
