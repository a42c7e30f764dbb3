// RTP packets (RFC 3550 §5.1), as they travel inside one length-prefixed message:
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +---------------------------------------------------------------+
//   |          length of the rest, int32 little-endian              |  4 bytes of framing
//   +---------------------------------------------------------------+
//   |V=2|P|X|  CC   |M|     PT      |        sequence number        |
//   |                           timestamp                           | 12 bytes, big-endian
//   |                             SSRC                              |
//   +---------------------------------------------------------------+
//   |  the encoded samples; of µ-law (PT 0) one byte each, 20 ms …  |
#pragma once

#include "common/core/bytes.hpp"
#include "common/core/result.hpp"
#include "common/wire/limits.hpp"

#include <cstdint>
#include <span>

namespace voice::rtp {

enum class Ssrc : std::uint32_t {};
enum class Timestamp : std::uint32_t {};  // in samples, wraps

/// PCMU (RFC 3551), at every rate: the only codec of the original, and the default of voice/1.
inline constexpr std::uint8_t ulaw_payload_type = 0;
/// A payload type has seven bits.
inline constexpr std::uint8_t payload_type_max = 127;

enum class ParseError : std::uint8_t {
  too_short,          // fewer than 12 bytes
  bad_version,        // V is not 2
  csrc_overrun,       // CC counts past the end
  extension_overrun,  // the extension's length points past the end
  bad_padding,        // P is set and the last byte is 0 or counts past the start of the payload
};

[[nodiscard]] const char* to_string(ParseError error) noexcept;

struct Header {
  std::uint16_t sequence = 0;
  Timestamp timestamp{};
  Ssrc ssrc{};
  std::uint8_t payload_type = ulaw_payload_type;
  bool marker = false;

  friend bool operator==(const Header&, const Header&) = default;
};

/// A parsed packet; `payload` points into the parsed bytes and may be empty.
struct PacketView {
  Header header;
  Bytes payload;
};

/// Reads one packet. Accepts any payload type and marker: the caller decides whether a payload can
/// be played. Skips CSRCs and a header extension, strips padding. Fails with a ParseError; never
/// reads outside `bytes`.
[[nodiscard]] expected<PacketView, ParseError> parse(Bytes bytes) noexcept;

/// Writes the 12 header bytes: V=2, P=X=CC=0. The payload type is at most payload_type_max;
/// asserted.
void write_header(const Header& header, std::span<std::uint8_t, rtp_header_bytes> out) noexcept;

}  // namespace voice::rtp
