#include "common/audio/codec.hpp"

#include "common/audio/l16.hpp"
#include "common/core/assert.hpp"

#include <algorithm>

namespace voice {
namespace {

// Codecs without memory: one function each way, and losses are concealed by silence.
template <CodecId codec, void (*decode_all)(Bytes, std::span<std::int16_t>) noexcept>
class PlainDecoder final : public Decoder {
 public:
  std::size_t decode(Bytes payload, std::span<std::int16_t> pcm) noexcept override {
    const std::size_t sample_bytes = codec_info(codec).sample_bytes;
    const std::size_t samples = std::min(payload.size() / sample_bytes, pcm.size());
    decode_all(payload.first(samples * sample_bytes), pcm.first(samples));
    return samples;
  }
  std::size_t conceal(std::span<std::int16_t> pcm) noexcept override {
    std::fill(pcm.begin(), pcm.end(), std::int16_t{0});
    return pcm.size();
  }
};

template <CodecId codec,
          void (*encode_all)(std::span<const std::int16_t>, std::span<std::uint8_t>) noexcept>
class PlainEncoder final : public Encoder {
 public:
  std::size_t encode(std::span<const std::int16_t> pcm,
                     std::span<std::uint8_t> payload) noexcept override {
    const std::size_t bytes = pcm.size() * codec_info(codec).sample_bytes;
    VOICE_ASSERT(bytes <= payload.size());
    encode_all(pcm, payload.first(bytes));
    return bytes;
  }
};

}  // namespace

std::optional<CodecId> codec_named(std::string_view name) noexcept {
  for (std::size_t i = 0; i < codec_count; ++i) {
    if (codec_infos[i].name == name) return static_cast<CodecId>(i);
  }
  return std::nullopt;
}

std::unique_ptr<Decoder> make_decoder(CodecId codec) {
  if (codec == CodecId::l16) return std::make_unique<PlainDecoder<CodecId::l16, l16::decode>>();
  return std::make_unique<PlainDecoder<CodecId::pcmu, g711::decode>>();
}

std::unique_ptr<Encoder> make_encoder(CodecId codec) {
  if (codec == CodecId::l16) return std::make_unique<PlainEncoder<CodecId::l16, l16::encode>>();
  return std::make_unique<PlainEncoder<CodecId::pcmu, g711::encode>>();
}

}  // namespace voice
