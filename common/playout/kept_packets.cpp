#include "common/playout/kept_packets.hpp"

#include "common/core/assert.hpp"

#include <algorithm>

namespace voice {
namespace {

// FNV-1a over samples instead of bytes. Who makes two sounds with the same hash is heard with the
// wrong one of them, and harms nobody else.
std::uint64_t hash_of(std::span<const std::int16_t> sound) noexcept {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const std::int16_t sample : sound) {
    hash = (hash ^ static_cast<std::uint16_t>(sample)) * 0x100000001B3;
  }
  return hash;
}

}  // namespace

void KeptPackets::keep(Bytes packet, std::span<const std::int16_t> sound,
                       bool begins_spurt) noexcept {
  if (begins_spurt) spurt_packets_ = 0;
  const std::uint8_t spurt_packets = spurt_packets_;
  if (spurt_packets_ < spurt_packets_max) ++spurt_packets_;
  if (packet.size() > packet_bytes_max) return;
  if (count_ == packets_max) {
    first_ = (first_ + 1) % packets_max;
    --count_;
  }
  Kept& kept = at(count_++);
  kept.hash = hash_of(sound);
  kept.bytes = static_cast<std::uint16_t>(packet.size());
  kept.spurt_packets = spurt_packets;
  std::ranges::copy(packet, kept.packet.begin());
  VOICE_ASSERT(count_ <= packets_max && first_ < packets_max);
}

KeptPackets::Found KeptPackets::find(std::span<const std::int16_t> sound) noexcept {
  const std::uint64_t hash = hash_of(sound);
  for (std::size_t i = 0; i < count_; ++i) {
    const Kept& kept = at(i);
    if (kept.hash != hash) continue;
    first_ = (first_ + i + 1) % packets_max;
    count_ -= i + 1;
    return {Bytes{kept.packet}.first(kept.bytes), kept.spurt_packets};
  }
  return {};
}

}  // namespace voice
