#include "common/playout/sound_view.hpp"

#include "common/audio/g711.hpp"
#include "common/audio/l16.hpp"

#include <array>

namespace voice {
namespace {

// Hands `copy` room for the bytes of out.size() samples, and decodes what it puts there.
template <class Copy>
void decode(CodecId codec, std::span<std::int16_t> out, Copy copy) noexcept {
  VOICE_ASSERT(codec == CodecId::pcmu || codec == CodecId::l16);
  if (codec == CodecId::l16) {
    // In place, from the front: a sample is written where its bytes have been read.
    const std::span bytes{reinterpret_cast<std::uint8_t*>(out.data()), out.size_bytes()};
    copy(bytes);
    return l16::decode(bytes, out);
  }
  std::array<std::uint8_t, sound_view_max> room;
  VOICE_ASSERT(out.size() <= room.size());
  const auto codes = std::span{room}.first(out.size());
  copy(codes);
  g711::decode(codes, out);
}

}  // namespace

void decode_held(const PacketQueue& queue, std::size_t from, std::span<std::int16_t> out) noexcept {
  decode(queue.codec(), out,
         [&](std::span<std::uint8_t> bytes) { queue.copy(bytes, from * queue.sample_bytes()); });
}

void decode_played(const PacketQueue& queue, std::span<std::int16_t> out) noexcept {
  decode(queue.codec(), out, [&](std::span<std::uint8_t> bytes) { queue.copy_played(bytes); });
}

void replace_held(PacketQueue& queue, std::size_t from,
                  std::span<const std::int16_t> pcm) noexcept {
  std::array<std::uint8_t, 2 * sound_view_max> room;
  VOICE_ASSERT(pcm.size() <= sound_view_max);
  const auto bytes = std::span{room}.first(pcm.size() * queue.sample_bytes());
  queue.codec() == CodecId::l16 ? l16::encode(pcm, bytes) : g711::encode(pcm, bytes);
  queue.replace(bytes, from * queue.sample_bytes());
}

}  // namespace voice
