// Opus (RFC 6716), mono, in packets of one frame of 20 ms: libopus behind the interfaces of
// common/audio/codec.hpp. The only files that know the library; a build without it has absent/
// instead, where there is no Opus at any rate. Not to be used directly: codec.hpp makes what is
// needed.
//
// Everything is allocated when a coder is made; working, it needs up to 50 KiB of stack.
#pragma once

#include "common/audio/audio_format.hpp"
#include "common/audio/codec.hpp"

#include <memory>

namespace voice::opus {

/// Whether this build can encode and decode at that rate: 8, 12, 16, 24 and 48 kHz (RFC 6716 §2).
[[nodiscard]] bool works_at(AudioFormat format) noexcept;

/// Decodes only packets that hold exactly one frame of `format`: decode() returns 0 for all others,
/// and for what is malformed, without having touched `pcm`. It then goes on as if that packet had
/// not come. Stereo becomes mono.
/// @param format one that works (works_at(); asserted).
[[nodiscard]] std::unique_ptr<Decoder> make_decoder(AudioFormat format);

/// Encodes frames of exactly 20 ms (asserted). encode() returns 0, an empty payload, if the library
/// fails, which it has no reason to.
/// @param format one that works (works_at(); asserted).
/// @param kbits  opus_kbits_min…opus_kbits_max (asserted), of payload; the rate varies around it.
[[nodiscard]] std::unique_ptr<Encoder> make_encoder(AudioFormat format, int kbits);

}  // namespace voice::opus
