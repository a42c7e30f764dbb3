#include "common/playout/playout.hpp"

#include "common/audio/g711.hpp"
#include "common/audio/l16.hpp"

#include <algorithm>
#include <array>

namespace voice {
namespace {

constexpr std::size_t samples_max = rate_hz_max / frames_per_second;

std::unique_ptr<Decoder> decoder_of(CodecId codec) {
  return codec == CodecId::pcmu ? nullptr : make_decoder(codec);
}

AdaptiveLimits limits_of(const PlayoutOptions& options) {
  VOICE_ASSERT(options.depth_packets >= jitter_depth_packets_min);
  VOICE_ASSERT(options.depth_packets <= jitter_depth_packets_max);
  const Duration standing = options.depth_packets * frame_duration;
  return {std::min(standing, options.catch_up_max), options.catch_up_max};
}

}  // namespace

Playout::Playout(AudioFormat format, const PlayoutOptions& options, CodecId codec)
    : decoder_(decoder_of(codec)),
      buffer_(format, options.depth_packets, codec),
      options_(options) {
  adapt();
}

void Playout::adapt() {
  adaptive_.reset();
  hot_ = {};
  if (options_.mode == JitterMode::fixed) return;
  adaptive_ = std::make_unique<AdaptivePlayout>(buffer_, hot_, limits_of(options_));
}

void Playout::set_codec(CodecId codec) {
  if (codec == buffer_.codec()) return;
  buffer_ = JitterBuffer(buffer_.format(), options_.depth_packets, codec);
  decoder_ = decoder_of(codec);
  adapt();
  VOICE_ASSERT(buffer_.empty() && !playing());
}

void Playout::set_options(const PlayoutOptions& options) {
  const bool same_mode = options.mode == options_.mode;
  options_ = options;
  if (options.mode == JitterMode::adaptive) {
    same_mode ? adaptive_->set_limits(limits_of(options)) : adapt();
    return;
  }
  adapt();
  if (!same_mode) buffer_.take_over();
  buffer_.set_depth(options.depth_packets);
}

Insert Playout::insert_judged(const rtp::PacketView& packet, TimePoint now) noexcept {
  const PacketQueue::Verdict verdict = buffer_.judge(packet.header, packet.payload, now);
  if (verdict.order == PacketQueue::Order::duplicate) return Insert::duplicate;
  if (verdict.order == PacketQueue::Order::late) return Insert::late;
  return adaptive_->insert(packet.payload, verdict.missing_bytes, now);
}

Insert Playout::insert(std::span<const std::int16_t> pcm, TimePoint now) noexcept {
  pcm = pcm.first(std::min(pcm.size(), packet_frames_max * samples_max));
  std::array<std::uint8_t, 2 * packet_frames_max * samples_max> room;
  if (codec() == CodecId::pcmu) {
    const auto codes = std::span{room}.first(pcm.size());
    g711::encode(pcm, codes);
    return store(codes, now);
  }
  VOICE_ASSERT(codec() == CodecId::l16);
  const auto bytes = std::span{room}.first(2 * pcm.size());
  l16::encode(pcm, bytes);
  return store(bytes, now);
}

Frame Playout::take_decoded(std::span<std::int16_t> pcm, TimePoint now) noexcept {
  if (adaptive_) return adaptive_->take(pcm, now) ? Frame{.pcm = pcm} : Frame{};
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
  if (decoder_ || adaptive_) {
    if (take_decoded(out, now).empty()) std::fill(out.begin(), out.end(), std::int16_t{0});
    return;
  }
  std::array<std::uint8_t, samples_max> room;
  VOICE_ASSERT(out.size() <= room.size());
  const auto codes = std::span{room}.first(out.size());
  buffer_.take(codes, now);
  g711::decode(codes, out);
}

PlayoutStatus Playout::status() const noexcept {
  PlayoutStatus status;
  status.fill_packets = buffer_.fill_packets();
  status.delay_samples = buffer_.fill_samples();
  const std::size_t frame = buffer_.format().samples_per_frame();
  if (adaptive_) {
    status.depth_packets = options_.depth_packets;
    status.target_samples = static_cast<std::size_t>(adaptive_->control().goal()) + frame;
  } else {
    status.depth_packets = buffer_.depth_packets();
    status.target_samples = static_cast<std::size_t>(status.depth_packets / 2) * frame;
  }
  return status;
}

}  // namespace voice
