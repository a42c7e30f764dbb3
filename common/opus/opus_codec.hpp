// Opus (RFC 6716), mono, in packets of one frame of 20 ms: libopus behind the interfaces of
// common/audio/codec.hpp. These are the only files that know the library; a build without it uses
// absent/ instead, where Opus works at no rate. Do not use this header directly: codec.hpp makes
// the coders.
//
// A coder allocates everything when it is made; while it works, it needs up to 50 KiB of stack.
#pragma once

#include "common/audio/audio_format.hpp"
#include "common/audio/codec.hpp"

#include <memory>

namespace voice::opus {

/// Whether this build can encode and decode at that rate: 8, 12, 16, 24 and 48 kHz (RFC 6716 §2).
[[nodiscard]] bool works_at(AudioFormat format) noexcept;

/// Decodes only packets that hold exactly one frame of `format`. For all others, and for malformed
/// ones, decode() returns 0, leaves `pcm` untouched, and goes on as if that packet had not come.
/// Stereo becomes mono.
/// @param format works_at() must be true for it (asserted).
[[nodiscard]] std::unique_ptr<Decoder> make_decoder(AudioFormat format);

/// Encodes frames of exactly 20 ms (asserted). encode() returns 0, an empty payload, if the library
/// fails, which is not expected to happen.
/// @param format works_at() must be true for it (asserted).
/// @param kbits  opus_kbits_min…opus_kbits_max (asserted), of payload; the rate varies around it.
[[nodiscard]] std::unique_ptr<Encoder> make_encoder(AudioFormat format, int kbits);

}  // namespace voice::opus
