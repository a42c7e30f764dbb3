// How sound travels: a codec is named by a CodecId, described by a CodecInfo, and worked by a
// Decoder (payload bytes in, samples out) and an Encoder (the other way). Pure; one object per
// stream, because a codec may remember what came before.
#pragma once

#include "common/audio/g711.hpp"
#include "common/core/bytes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace voice {

enum class CodecId : std::uint8_t {
  pcmu,  // ITU-T G.711 µ-law (RFC 3551 §4.5.14): what every peer speaks
  l16,   // 16-bit linear, big-endian (RFC 3551 §4.5.11), mono: without any loss
};
inline constexpr std::size_t codec_count = 2;

struct CodecInfo {
  std::string_view name;      // its encoding name in RFC 3551, in lower case: "pcmu", "l16"
  std::uint8_t payload_type;  // in the RTP header; RFC 3551 §6 leaves 96…127 to each application
  std::size_t sample_bytes;   // of the payload, for each sample
  std::uint8_t silence;       // every byte of a silent payload
};

/// By CodecId.
inline constexpr std::array<CodecInfo, codec_count> codec_infos{{
    {.name = "pcmu", .payload_type = 0, .sample_bytes = 1, .silence = g711::silence},
    {.name = "l16", .payload_type = 96, .sample_bytes = 2, .silence = 0},
}};

[[nodiscard]] constexpr const CodecInfo& codec_info(CodecId codec) noexcept {
  return codec_infos[static_cast<std::size_t>(codec)];
}

/// None for an unknown name. Exact: names are in lower case.
[[nodiscard]] std::optional<CodecId> codec_named(std::string_view name) noexcept;

class Decoder {
 public:
  virtual ~Decoder() = default;
  /// Decodes a payload: its samples at the front of `pcm`, as many as both have room for. Returns
  /// their number; an incomplete sample at the end of `payload` is ignored.
  virtual std::size_t decode(Bytes payload, std::span<std::int16_t> pcm) noexcept = 0;
  /// Fills `pcm` with a substitute for a missing payload, and returns its length.
  virtual std::size_t conceal(std::span<std::int16_t> pcm) noexcept = 0;
};

class Encoder {
 public:
  virtual ~Encoder() = default;
  /// Encodes all of `pcm` to the front of `payload`, which has room for it (sample_bytes each;
  /// asserted). Returns the number of bytes.
  virtual std::size_t encode(std::span<const std::int16_t> pcm,
                             std::span<std::uint8_t> payload) noexcept = 0;
};

[[nodiscard]] std::unique_ptr<Decoder> make_decoder(CodecId codec);
[[nodiscard]] std::unique_ptr<Encoder> make_encoder(CodecId codec);

}  // namespace voice
