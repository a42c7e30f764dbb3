#include "common/playout/playout.hpp"

#include "common/audio/g711.hpp"
#include "common/audio/l16.hpp"
#include "common/core/assert.hpp"

#include <algorithm>
#include <array>

namespace voice {
namespace {

constexpr std::size_t samples_max = rate_hz_max / frames_per_second;

std::unique_ptr<Decoder> decoder_of(CodecId codec) {
  return codec == CodecId::pcmu ? nullptr : make_decoder(codec);
}

}  // namespace

Playout::Playout(AudioFormat format, int depth_packets, CodecId codec)
    : decoder_(decoder_of(codec)), buffer_(format, depth_packets, codec) {}

void Playout::set_codec(CodecId codec) {
  if (codec == buffer_.codec()) return;
  buffer_ = JitterBuffer(buffer_.format(), buffer_.set_depth_packets(), codec);
  decoder_ = decoder_of(codec);
  VOICE_ASSERT(buffer_.empty() && !buffer_.playing());
}

Insert Playout::insert(std::span<const std::int16_t> pcm, TimePoint now) noexcept {
  pcm = pcm.first(std::min(pcm.size(), packet_frames_max * samples_max));
  std::array<std::uint8_t, 2 * packet_frames_max * samples_max> room;
  if (codec() == CodecId::pcmu) {
    const auto codes = std::span{room}.first(pcm.size());
    g711::encode(pcm, codes);
    return buffer_.insert(codes, now);
  }
  VOICE_ASSERT(codec() == CodecId::l16);
  const auto bytes = std::span{room}.first(2 * pcm.size());
  l16::encode(pcm, bytes);
  return buffer_.insert(bytes, now);
}

Frame Playout::take_decoded(std::span<std::int16_t> pcm, TimePoint now) noexcept {
  const std::size_t bytes = pcm.size() * codec_info(codec()).sample_bytes;
  VOICE_ASSERT(bytes <= pcm.size_bytes());
  const std::span encoded{reinterpret_cast<std::uint8_t*>(pcm.data()), bytes};
  const std::size_t count = buffer_.take(encoded, now);
  if (count == 0) return {};
  // Decodes in place, from the front: a sample is written where its bytes have been read.
  const std::size_t decoded = decoder_->decode(encoded.first(count), pcm);
  decoder_->conceal(pcm.subspan(decoded));
  return {.pcm = pcm};
}

void Playout::take(std::span<std::int16_t> out, TimePoint now) noexcept {
  if (decoder_) {
    if (take_decoded(out, now).empty()) std::fill(out.begin(), out.end(), std::int16_t{0});
    return;
  }
  std::array<std::uint8_t, samples_max> room;
  VOICE_ASSERT(out.size() <= room.size());
  const auto codes = std::span{room}.first(out.size());
  buffer_.take(codes, now);
  g711::decode(codes, out);
}

}  // namespace voice
