// The codecs that voice/1 has words for (voice1.hpp), as the codecs this program has.
#pragma once

#include "common/audio/codec.hpp"
#include "common/wire/voice1.hpp"

#include <optional>

namespace voice {

static_assert(codec_count == static_cast<std::size_t>(voice1::Codec::unknown));

[[nodiscard]] constexpr voice1::Codec word_of(CodecId codec) noexcept {
  return codec == CodecId::l16 ? voice1::Codec::l16 : voice1::Codec::pcmu;
}

/// None for a word that only a newer peer knows.
[[nodiscard]] constexpr std::optional<CodecId> codec_of(voice1::Codec word) noexcept {
  if (word == voice1::Codec::unknown) return std::nullopt;
  return word == voice1::Codec::l16 ? CodecId::l16 : CodecId::pcmu;
}

}  // namespace voice
