// Builds stream bytes as a peer would send them.
#pragma once

#include "common/wire/packetizer.hpp"

#include "tests/support/vectors.hpp"

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace voice::test {

inline Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string text_of(Bytes bytes) {
  return {bytes.begin(), bytes.end()};
}

/// One wire message with any payload.
inline ByteVector message(std::string_view payload) {
  ByteVector wire;
  append_message(wire, bytes_of(payload));
  return wire;
}

/// Only a length prefix, whatever it announces.
inline ByteVector prefix(std::uint32_t length) {
  ByteVector wire(length_prefix_bytes);
  store_le32(wire.data(), length);
  return wire;
}

/// One wire message with an RTP packet around `ulaw`.
inline ByteVector rtp_message(std::uint16_t sequence, Bytes ulaw) {
  ByteVector wire(packet_overhead_bytes);
  wire.insert(wire.end(), ulaw.begin(), ulaw.end());
  write_packet_overhead({sequence, rtp::Timestamp{0}, rtp::Ssrc{0}}, wire);
  return wire;
}

/// Messages one after the other.
inline ByteVector stream(std::initializer_list<ByteVector> messages) {
  ByteVector all;
  for (const ByteVector& one : messages) all.insert(all.end(), one.begin(), one.end());
  return all;
}

}  // namespace voice::test
