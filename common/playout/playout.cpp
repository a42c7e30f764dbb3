#include "common/playout/playout.hpp"

#include "common/audio/g711.hpp"
#include "common/audio/l16.hpp"

#include <algorithm>
#include <array>

namespace voice {
namespace {

constexpr std::size_t samples_max = rate_hz_max / frames_per_second;

// The codec in which its sound is kept.
CodecId kept(CodecId codec) noexcept {
  return codec == CodecId::opus ? CodecId::l16 : codec;
}

// Decodes what is kept; null: PCMU.
std::unique_ptr<Decoder> decoder_of(CodecId codec) {
  return codec == CodecId::pcmu ? nullptr : make_decoder(kept(codec));
}

AdaptiveLimits limits_of(const PlayoutOptions& options) {
  VOICE_ASSERT(options.depth_packets >= jitter_depth_packets_min);
  VOICE_ASSERT(options.depth_packets <= jitter_depth_packets_max);
  const Duration standing = options.depth_packets * frame_duration;
  return {std::min(standing, options.catch_up_max), options.catch_up_max};
}

}  // namespace

Playout::Playout(AudioFormat format, const PlayoutOptions& options, CodecId codec,
                 PlayoutCommons* commons)
    : decoder_(decoder_of(codec)),
      buffer_(format, kept(codec), memory_of(commons)),
      cold_{.options = options, .codec = codec, .commons = commons, .unpacker = nullptr} {
  choose_unpacker();
  adapt();
  choose_way();
}

void Playout::choose_way() noexcept {
  if (cold_.unpacker) {
    way_ = Way::packed;
  } else {
    way_ = cold_.sequencing == Sequencing::trusted ? Way::judged : Way::in_order;
  }
}

void Playout::choose_unpacker() {
  cold_.unpacker = nullptr;
  if (cold_.codec == buffer_.codec()) return;
  cold_.unpacker = std::make_unique<Unpacker>();
  cold_.unpacker->decoder = make_decoder(cold_.codec, buffer_.format());
  if (cold_.keeps_packets) cold_.unpacker->kept = std::make_unique<KeptPackets>();
}

void Playout::adapt() {
  adaptive_ = nullptr;
  its_adaptive_.reset();
  hot_ = {};
  if (cold_.options.mode == JitterMode::fixed)
    return buffer_.set_depth(cold_.options.depth_packets);
  adaptive_ = &its_adaptive_.emplace(buffer_, hot_, limits_of(cold_.options), cold_.commons);
  if (cold_.unpacker && cold_.unpacker->kept) adaptive_->hold_whole_packets();
}

void Playout::set_codec(CodecId codec) {
  if (codec != cold_.codec) start_anew(buffer_.format(), codec);
}

void Playout::set_format(AudioFormat format) {
  if (format != buffer_.format()) start_anew(format, cold_.codec);
}

void Playout::start_anew(AudioFormat format, CodecId codec) {
  // The counters belong to the stream, whatever its codec and rate: they never go back.
  const auto hz = [](AudioFormat its) { return static_cast<std::uint32_t>(its.rate_hz()); };
  const PlayoutCounters so_far = at_rate(buffer_.counters(), hz(buffer_.format()), hz(format));
  buffer_ = JitterBuffer(format, kept(codec), memory_of(cold_.commons));
  buffer_.counters() = so_far;
  decoder_ = decoder_of(codec);
  cold_.codec = codec;
  choose_unpacker();
  adapt();
  choose_way();
  VOICE_ASSERT(buffer_.empty() && !playing());
}

void Playout::set_options(const PlayoutOptions& options) {
  const bool same_mode = options.mode == cold_.options.mode;
  cold_.options = options;
  if (options.mode == JitterMode::adaptive) {
    same_mode ? adaptive_->set_limits(limits_of(options)) : adapt();
    return;
  }
  if (!same_mode) buffer_.take_over();
  adapt();
}

Insert Playout::insert_judged(const rtp::PacketView& packet, TimePoint now) noexcept {
  if (!adaptive_) return buffer_.insert(packet.header, packet.payload, now);
  const PacketQueue::Verdict verdict = buffer_.judge(packet.header, packet.payload, now);
  if (verdict.order == PacketQueue::Order::duplicate) return Insert::duplicate;
  if (verdict.order == PacketQueue::Order::late) return Insert::late;
  if (verdict.follows_pause) adaptive_->end_pause();
  if (verdict.missing_bytes == 0) return store(packet.payload, now);
  return adaptive_->insert(packet.payload, verdict.missing_bytes, now);
}

// Every packet is decoded, in the order in which it was encoded, whatever becomes of its samples.
// Late and duplicate packets, which do not occur over TCP, are not part of the encoder's stream.
Insert Playout::unpack(const rtp::PacketView& packet, TimePoint now) noexcept {
  if (packet.payload.empty()) return Insert::accepted;
  std::array<std::int16_t, samples_max> pcm;
  const std::size_t samples = cold_.unpacker->decoder->decode(packet.payload, pcm);
  VOICE_ASSERT(samples <= buffer_.format().samples_per_frame_max());
  if (samples == 0) {
    ++buffer_.counters().malformed;
    return Insert::malformed;
  }
  const auto sound = std::span{pcm}.first(samples);
  if (cold_.unpacker->kept) cold_.unpacker->kept->keep(packet.payload, sound, packet.header.marker);
  std::array<std::uint8_t, 2 * samples_max> room;
  const auto bytes = std::span{room}.first(2 * samples);
  l16::encode(sound, bytes);
  if (cold_.sequencing == Sequencing::ignored) return store(bytes, now);
  return insert_judged({packet.header, bytes}, now);
}

Insert Playout::insert(std::span<const std::int16_t> pcm, TimePoint now) noexcept {
  pcm = pcm.first(std::min(pcm.size(), packet_frames_max * samples_max));
  std::array<std::uint8_t, 2 * packet_frames_max * samples_max> room;
  if (buffer_.codec() == CodecId::pcmu) {
    const auto codes = std::span{room}.first(pcm.size());
    g711::encode(pcm, codes);
    return store(codes, now);
  }
  VOICE_ASSERT(buffer_.codec() == CodecId::l16);
  const auto bytes = std::span{room}.first(2 * pcm.size());
  l16::encode(pcm, bytes);
  return store(bytes, now);
}

Frame Playout::take_decoded(std::span<std::int16_t> pcm, TimePoint now) noexcept {
  if (adaptive_) return adaptive_->take(pcm, now) ? Frame{.pcm = pcm} : Frame{};
  const std::size_t bytes = pcm.size() * buffer_.sample_bytes();
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

void Playout::set_slack(Duration slack) noexcept {
  VOICE_ASSERT(slack >= Duration::zero());
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(slack).count();
  const auto rate_hz = buffer_.format().rate_hz();
  if (adaptive_) adaptive_->set_slack(static_cast<std::size_t>(us * rate_hz / 1'000'000));
}

PlayoutStatus Playout::status() const noexcept {
  PlayoutStatus status;
  status.fill_packets = buffer_.fill_packets();
  status.delay_samples = buffer_.fill_samples();
  const std::size_t frame = buffer_.format().samples_per_frame();
  if (adaptive_) {
    status.depth_packets = cold_.options.depth_packets;
    status.target_samples = static_cast<std::size_t>(adaptive_->control().goal()) + frame;
  } else {
    status.depth_packets = buffer_.depth_packets();
    status.target_samples = static_cast<std::size_t>(status.depth_packets / 2) * frame;
  }
  return status;
}

}  // namespace voice
