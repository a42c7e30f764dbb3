// Codecs: each is identified by a CodecId, described by a CodecInfo, and implemented by a Decoder
// (payload bytes in, samples out) and an Encoder (the reverse). Pure; one object per stream,
// because a codec may have state.
#pragma once

#include "common/audio/audio_format.hpp"
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
  opus,  // RFC 6716, one frame of 20 ms per packet, mono; not in every build or at every rate
};
inline constexpr std::size_t codec_count = 3;

struct CodecInfo {
  std::string_view name;      // its encoding name in RTP (RFC 3551, RFC 7587), in lower case
  std::uint8_t payload_type;  // in the RTP header; RFC 3551 §6 leaves 96…127 to each application
  std::size_t sample_bytes;   // of the payload, for each sample; 0: a frame is packed as a whole
  std::uint8_t silence;       // every byte of a silent payload; unused where frames are packed
};

/// By CodecId.
inline constexpr std::array<CodecInfo, codec_count> codec_infos{{
    {.name = "pcmu", .payload_type = 0, .sample_bytes = 1, .silence = g711::silence},
    {.name = "l16", .payload_type = 96, .sample_bytes = 2, .silence = 0},
    {.name = "opus", .payload_type = 97, .sample_bytes = 0, .silence = 0},
}};

[[nodiscard]] constexpr const CodecInfo& codec_info(CodecId codec) noexcept {
  return codec_infos[static_cast<std::size_t>(codec)];
}

/// A set of codecs. PCMU is always in it, because everybody speaks it.
class CodecSet {
 public:
  [[nodiscard]] static constexpr CodecSet all() noexcept {
    CodecSet set;
    set.has_.fill(true);
    return set;
  }
  constexpr void add(CodecId codec) noexcept { has_[static_cast<std::size_t>(codec)] = true; }
  [[nodiscard]] constexpr bool has(CodecId codec) const noexcept {
    return has_[static_cast<std::size_t>(codec)];
  }
  friend constexpr bool operator==(const CodecSet&, const CodecSet&) = default;

 private:
  std::array<bool, codec_count> has_{true};
};

/// Reads names separated by commas, with or without spaces. None if a name is unknown.
[[nodiscard]] std::optional<CodecSet> codecs_named(std::string_view list) noexcept;

/// The longest Opus packet that holds one frame (RFC 6716 §3.2.1).
inline constexpr std::size_t opus_payload_bytes_max = 1275;

/// The most bytes that a payload of `samples` samples can take.
[[nodiscard]] constexpr std::size_t payload_bytes_max(CodecId codec, std::size_t samples) noexcept {
  return codec == CodecId::opus ? opus_payload_bytes_max : samples * codec_info(codec).sample_bytes;
}

/// The bit rates that can be chosen for Opus, in kbit/s of payload.
inline constexpr int opus_kbits_min = 16;
inline constexpr int opus_kbits_max = 128;
/// The bit rate that suits speech at this sample rate.
[[nodiscard]] int opus_kbits_preset(AudioFormat format) noexcept;
/// The bit rate that a setting means: 0 stands for the preset.
[[nodiscard]] inline int opus_kbits_of(AudioFormat format, int setting) noexcept {
  return setting == 0 ? opus_kbits_preset(format) : setting;
}

/// Whether this program can encode and decode with `codec` at this rate.
[[nodiscard]] bool has_codec(CodecId codec, AudioFormat format) noexcept;

/// None for an unknown name. Exact: names are in lower case.
[[nodiscard]] std::optional<CodecId> codec_named(std::string_view name) noexcept;

class Decoder {
 public:
  virtual ~Decoder() = default;
  /// Decodes a payload: its samples at the front of `pcm`, as many as both have room for. Returns
  /// their number; an incomplete sample at the end of `payload` is ignored. A codec that
  /// packs frames (sample_bytes is 0) returns all samples of one frame of the format; 0 if the
  /// payload is anything else or `pcm` is shorter.
  virtual std::size_t decode(Bytes payload, std::span<std::int16_t> pcm) noexcept = 0;
  /// Fills `pcm` with a substitute for a missing payload, and returns its length.
  virtual std::size_t conceal(std::span<std::int16_t> pcm) noexcept = 0;
  /// Forgets what came before: the next payload begins something new, after a pause.
  virtual void reset() noexcept {}
};

class Encoder {
 public:
  virtual ~Encoder() = default;
  /// Encodes all of `pcm` (Opus: exactly one frame; asserted) to the front of `payload`, which has
  /// room for payload_bytes_max() (asserted). Returns the number of bytes.
  virtual std::size_t encode(std::span<const std::int16_t> pcm,
                             std::span<std::uint8_t> payload) noexcept = 0;
  /// Forgets what came before, so that nothing of it is heard in the next frame. Keeps the bit
  /// rate.
  virtual void reset() noexcept {}
  /// Sets the bit rate of Opus from the next frame on: opus_kbits_min…opus_kbits_max (asserted).
  /// Other codecs ignore it.
  virtual void set_kbits(int /*kbits*/) noexcept {}
};

/// Allocate everything that is needed. has_codec() must be true (asserted).
[[nodiscard]] std::unique_ptr<Decoder> make_decoder(CodecId codec, AudioFormat format);
/// @param kbits for Opus, as a setting (opus_kbits_of()).
[[nodiscard]] std::unique_ptr<Encoder> make_encoder(CodecId codec, AudioFormat format,
                                                    int kbits = 0);
/// For PCMU and L16 (asserted), which work the same way at every rate.
[[nodiscard]] std::unique_ptr<Decoder> make_decoder(CodecId codec);
[[nodiscard]] std::unique_ptr<Encoder> make_encoder(CodecId codec);

}  // namespace voice
