// Translates between the codecs of voice/1 (voice1.hpp) and those of this program.
#pragma once

#include "common/audio/codec.hpp"
#include "common/wire/voice1.hpp"

#include <optional>

namespace voice {

static_assert(codec_count == static_cast<std::size_t>(voice1::Codec::unknown));

[[nodiscard]] constexpr voice1::Codec word_of(CodecId codec) noexcept {
  switch (codec) {
    case CodecId::l16:
      return voice1::Codec::l16;
    case CodecId::opus:
      return voice1::Codec::opus;
    case CodecId::pcmu:
      break;
  }
  return voice1::Codec::pcmu;
}

/// None for a word that only a newer peer knows.
[[nodiscard]] constexpr std::optional<CodecId> codec_of(voice1::Codec word) noexcept {
  switch (word) {
    case voice1::Codec::pcmu:
      return CodecId::pcmu;
    case voice1::Codec::l16:
      return CodecId::l16;
    case voice1::Codec::opus:
      return CodecId::opus;
    case voice1::Codec::unknown:
      break;
  }
  return std::nullopt;
}

}  // namespace voice
