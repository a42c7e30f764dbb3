#include "common/wire/packetizer.hpp"

#include "common/core/assert.hpp"

namespace voice {

void write_packet_overhead(const rtp::Header& header, std::span<std::uint8_t> message) noexcept {
  VOICE_ASSERT(message.size() >= packet_overhead_bytes);
  store_le32(message.data(), static_cast<std::uint32_t>(message.size() - length_prefix_bytes));
  rtp::write_header(header, message.subspan(length_prefix_bytes).first<rtp_header_bytes>());
}

void Packetizer::packetize(std::span<std::uint8_t> message, std::size_t samples) noexcept {
  write_packet_overhead(header_, message);
  count(samples);
}

void Packetizer::count(std::size_t samples) noexcept {
  ++header_.sequence;
  skip(samples);
}

void Packetizer::skip(std::size_t samples) noexcept {
  header_.timestamp = rtp::Timestamp{static_cast<std::uint32_t>(header_.timestamp) +
                                     static_cast<std::uint32_t>(samples)};
}

}  // namespace voice
