#include "common/wire/rtp_packet.hpp"

#include "common/core/assert.hpp"

namespace voice::rtp {

const char* to_string(ParseError error) noexcept {
  switch (error) {
    case ParseError::too_short:
      return "too_short";
    case ParseError::bad_version:
      return "bad_version";
    case ParseError::csrc_overrun:
      return "csrc_overrun";
    case ParseError::extension_overrun:
      return "extension_overrun";
    case ParseError::bad_padding:
      return "bad_padding";
  }
  return "unknown";
}

expected<PacketView, ParseError> parse(Bytes bytes) noexcept {
  if (bytes.size() < rtp_header_bytes) return unexpected(ParseError::too_short);
  const std::uint8_t first = bytes[0];
  if (first >> 6 != 2) return unexpected(ParseError::bad_version);
  const bool has_padding = (first & 0x20) != 0;
  const bool has_extension = (first & 0x10) != 0;
  const std::size_t csrc_bytes = 4 * std::size_t{first & 0x0Fu};

  PacketView packet;
  packet.header = {load_be16(&bytes[2]), Timestamp{load_be32(&bytes[4])},
                   Ssrc{load_be32(&bytes[8])}, static_cast<std::uint8_t>(bytes[1] & 0x7F),
                   (bytes[1] & 0x80) != 0};

  Bytes rest = bytes.subspan(rtp_header_bytes);
  if (rest.size() < csrc_bytes) return unexpected(ParseError::csrc_overrun);
  rest = rest.subspan(csrc_bytes);
  if (has_extension) {
    // RFC 3550 §5.3.1: 16 bits of profile, 16 bits of length in 32-bit words that follow.
    if (rest.size() < 4) return unexpected(ParseError::extension_overrun);
    const std::size_t extension_bytes = 4 + 4 * std::size_t{load_be16(&rest[2])};
    if (rest.size() < extension_bytes) return unexpected(ParseError::extension_overrun);
    rest = rest.subspan(extension_bytes);
  }
  if (has_padding) {
    // RFC 3550 §5.1: the last byte counts the padding, itself included.
    if (rest.empty()) return unexpected(ParseError::bad_padding);
    const std::size_t padding_bytes = rest.back();
    if (padding_bytes == 0 || padding_bytes > rest.size())
      return unexpected(ParseError::bad_padding);
    rest = rest.first(rest.size() - padding_bytes);
  }
  VOICE_ASSERT(packet.header.payload_type <= payload_type_max);
  VOICE_ASSERT(rest.size() <= bytes.size() - rtp_header_bytes);
  packet.payload = rest;
  return packet;
}

void write_header(const Header& header, std::span<std::uint8_t, rtp_header_bytes> out) noexcept {
  VOICE_ASSERT(header.payload_type <= payload_type_max);
  out[0] = 0x80;
  out[1] = static_cast<std::uint8_t>(header.payload_type | (header.marker ? 0x80 : 0x00));
  store_be16(&out[2], header.sequence);
  store_be32(&out[4], static_cast<std::uint32_t>(header.timestamp));
  store_be32(&out[8], static_cast<std::uint32_t>(header.ssrc));
}

}  // namespace voice::rtp
