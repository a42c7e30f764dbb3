#include "common/audio/codec.hpp"

#include "common/audio/l16.hpp"
#include "common/core/assert.hpp"
#include "common/opus/opus_codec.hpp"

#include <algorithm>

namespace voice {
namespace {

// Codecs without state: one function for each direction, and losses are concealed by silence.
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

std::optional<CodecSet> codecs_named(std::string_view list) noexcept {
  CodecSet set;
  for (bool more = true; more;) {
    const std::size_t comma = list.find(',');
    std::string_view name = list.substr(0, comma);
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    const auto codec = codec_named(name);
    if (!codec) return std::nullopt;
    set.add(*codec);
    more = comma != std::string_view::npos;
    if (more) list.remove_prefix(comma + 1);
  }
  return set;
}

int opus_kbits_preset(AudioFormat format) noexcept {
  struct Row {
    int rate_hz_max, kbits;
  };
  constexpr std::array<Row, 4> rows{{{8000, 16}, {12000, 20}, {16000, 24}, {24000, 28}}};
  for (const Row& row : rows) {
    if (format.rate_hz() <= row.rate_hz_max) return row.kbits;
  }
  return 32;
}

bool has_codec(CodecId codec, AudioFormat format) noexcept {
  return codec != CodecId::opus || opus::works_at(format);
}

std::unique_ptr<Decoder> make_decoder(CodecId codec, AudioFormat format) {
  VOICE_ASSERT(has_codec(codec, format));
  return codec == CodecId::opus ? opus::make_decoder(format) : make_decoder(codec);
}

std::unique_ptr<Encoder> make_encoder(CodecId codec, AudioFormat format, int kbits) {
  VOICE_ASSERT(has_codec(codec, format));
  if (codec != CodecId::opus) return make_encoder(codec);
  return opus::make_encoder(format, opus_kbits_of(format, kbits));
}

std::unique_ptr<Decoder> make_decoder(CodecId codec) {
  VOICE_ASSERT(codec != CodecId::opus);
  if (codec == CodecId::l16) return std::make_unique<PlainDecoder<CodecId::l16, l16::decode>>();
  return std::make_unique<PlainDecoder<CodecId::pcmu, g711::decode>>();
}

std::unique_ptr<Encoder> make_encoder(CodecId codec) {
  VOICE_ASSERT(codec != CodecId::opus);
  if (codec == CodecId::l16) return std::make_unique<PlainEncoder<CodecId::l16, l16::encode>>();
  return std::make_unique<PlainEncoder<CodecId::pcmu, g711::encode>>();
}

}  // namespace voice
