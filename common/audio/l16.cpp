#include "common/audio/l16.hpp"

#include "common/core/assert.hpp"

namespace voice::l16 {

void encode(std::span<const std::int16_t> pcm, std::span<std::uint8_t> out) noexcept {
  VOICE_ASSERT(out.size() == 2 * pcm.size());
  for (std::size_t i = 0; i < pcm.size(); ++i) {
    store_be16(&out[2 * i], static_cast<std::uint16_t>(pcm[i]));
  }
}

void decode(Bytes bytes, std::span<std::int16_t> out) noexcept {
  VOICE_ASSERT(bytes.size() == 2 * out.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::int16_t>(load_be16(&bytes[2 * i]));
  }
}

}  // namespace voice::l16
