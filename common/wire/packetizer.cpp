#include "common/wire/packetizer.hpp"

#include "common/core/assert.hpp"

namespace voice {

std::size_t usual_message_bytes(AudioFormat format, CodecId codec, int opus_kbits) noexcept {
  if (codec != CodecId::opus) return sound_message_bytes(format, codec);
  constexpr std::size_t bytes_per_kbit = 1000 / 8;
  const auto kbits = static_cast<std::size_t>(opus_kbits_of(format, opus_kbits));
  return packet_overhead_bytes + kbits * bytes_per_kbit / frames_per_second;
}

void write_packet_overhead(const rtp::Header& header, std::span<std::uint8_t> message) noexcept {
  VOICE_ASSERT(message.size() >= packet_overhead_bytes);
  store_le32(message.data(), static_cast<std::uint32_t>(message.size() - length_prefix_bytes));
  rtp::write_header(header, message.subspan(length_prefix_bytes).first<rtp_header_bytes>());
}

void Packetizer::packetize(std::span<std::uint8_t> message, std::size_t samples) noexcept {
  write_packet_overhead(header_, message);
  count(samples);
}

rtp::Header Packetizer::header_without_sound() const noexcept {
  rtp::Header header = header_;
  --header.sequence;
  header.marker = false;
  return header;
}

void Packetizer::count(std::size_t samples) noexcept {
  ++header_.sequence;
  header_.marker = false;
  skip(samples);
}

void Packetizer::skip(std::size_t samples) noexcept {
  header_.timestamp = rtp::Timestamp{static_cast<std::uint32_t>(header_.timestamp) +
                                     static_cast<std::uint32_t>(samples)};
}

}  // namespace voice
