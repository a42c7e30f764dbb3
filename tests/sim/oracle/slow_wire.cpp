#include "tests/sim/oracle/slow_wire.hpp"

namespace sim {
namespace {

void put(Message& message, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    message.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}

std::uint32_t big_endian(const Message& message, std::size_t at, std::size_t bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) value = value * 256 + message[at + i];
  return value;
}

}  // namespace

std::optional<Message> SlowDeframer::next() {
  if (broken_) return std::nullopt;
  if (!length_) {
    if (bytes_.size() < 4) return std::nullopt;
    std::int64_t length = 0;
    for (std::size_t i = 4; i > 0; --i) length = length * 256 + bytes_[i - 1];
    if (length >= std::int64_t{1} << 31) length -= std::int64_t{1} << 32;
    broken_ = length < 0 || length > static_cast<std::int64_t>(bytes_max_);
    if (broken_) return std::nullopt;
    length_ = static_cast<std::int32_t>(length);
  }
  const std::ptrdiff_t end = 4 + *length_;
  if (static_cast<std::ptrdiff_t>(bytes_.size()) < end) return std::nullopt;
  Message message(bytes_.begin() + 4, bytes_.begin() + end);
  bytes_.erase(bytes_.begin(), bytes_.begin() + end);
  length_.reset();
  return message;
}

std::optional<SlowPacket> slow_rtp(const Message& message) {
  if (message.size() < 12 || message[0] / 64 != 2) return std::nullopt;
  const bool padded = message[0] / 32 % 2 == 1;
  const bool extended = message[0] / 16 % 2 == 1;
  std::size_t begin = 12 + 4 * std::size_t{message[0] % 16u};
  if (extended) {
    if (begin + 4 > message.size()) return std::nullopt;
    begin += 4 + 4 * std::size_t{big_endian(message, begin + 2, 2)};
  }
  if (begin > message.size()) return std::nullopt;
  std::size_t end = message.size();
  if (padded) {
    const std::size_t padding = message.back();
    if (begin == end || padding == 0 || padding > end - begin) return std::nullopt;
    end -= padding;
  }
  SlowPacket packet{static_cast<std::uint16_t>(big_endian(message, 2, 2)),
                    big_endian(message, 4, 4),
                    {},
                    static_cast<std::uint8_t>(message[1] % 128)};
  packet.payload.assign(message.begin() + static_cast<std::ptrdiff_t>(begin),
                        message.begin() + static_cast<std::ptrdiff_t>(end));
  return packet;
}

Message slow_message(voice::Bytes payload) {
  Message message;
  for (int shift = 0; shift < 32; shift += 8) {
    message.push_back(static_cast<std::uint8_t>(payload.size() >> shift));
  }
  message.insert(message.end(), payload.begin(), payload.end());
  return message;
}

Message slow_rtp_message(const SlowPacket& packet, std::uint32_t ssrc) {
  Message rtp;
  put(rtp, 0x8000, 2);
  put(rtp, packet.sequence, 2);
  put(rtp, packet.timestamp, 4);
  put(rtp, ssrc, 4);
  rtp.insert(rtp.end(), packet.payload.begin(), packet.payload.end());
  return slow_message(rtp);
}

}  // namespace sim
