#include "client/call/uplink.hpp"

#include "common/core/assert.hpp"

#include <algorithm>
#include <utility>

namespace voicecli {
namespace {

// Samples of -3…3, which G.711 encodes as zero, count as zero: nobody would hear them.
bool is_silent(std::span<const std::int16_t> pcm) noexcept {
  return std::all_of(pcm.begin(), pcm.end(),
                     [](std::int16_t sample) { return sample > -5 && sample < 4; });
}

}  // namespace

Uplink::Uplink(voice::AudioFormat format, Silence silence, voice::Packetizer packetizer, Dtx dtx)
    : format_(format), silence_(silence), packetizer_(packetizer), smoother_(format), dtx_(dtx) {
  VOICE_ASSERT(dtx == Dtx::off || silence == Silence::advances_timestamp);
  for (Waiting& waiting : waiting_) waiting.pcm.resize(format.samples_per_frame_max());
  set_codec(voice::CodecId::pcmu);
}

void Uplink::capture(std::span<const std::int16_t> pcm, std::optional<bool> is_speech) noexcept {
  smoother_.push(pcm);
  captured_ += pcm.size();
  has_detector_ = has_detector_ || is_speech.has_value();
  if (is_speech.value_or(false)) speech_until_ = captured_;
}

void Uplink::set_format(voice::AudioFormat format) {
  format_ = format;
  smoother_ = voice::CaptureSmoother(format);
  for (Waiting& waiting : waiting_) waiting.pcm.resize(format.samples_per_frame_max());
  waiting_count_ = 0;
  gate_ = {};
  captured_ = speech_until_ = 0;
  set_codec(voice::CodecId::pcmu);
}

void Uplink::set_codec(voice::CodecId codec, int opus_kbits) {
  codec_ = codec;
  packetizer_.set_payload_type(voice::codec_info(codec).payload_type);
  encoder_ = voice::make_encoder(codec, format_, opus_kbits);
  message_.reserve(voice::packet_overhead_bytes +
                   voice::payload_bytes_max(codec, format_.samples_per_frame_max()));
}

void Uplink::capture_ended() noexcept {
  const std::size_t frame = format_.samples_per_frame_max();
  const std::size_t rest = smoother_.size_samples() % frame;
  if (rest == 0) return;
  const auto space = smoother_.space().first(frame - rest);
  std::fill(space.begin(), space.end(), std::int16_t{0});
  smoother_.commit(space.size());
  VOICE_ASSERT(smoother_.size_samples() % frame == 0);
}

void Uplink::tick(bool microphone_open, voice::TimePoint now, voice::Outbox& outbox) {
  const std::size_t due = smoother_.frames_due();
  VOICE_ASSERT(due <= 2);
  if (due == 0) {
    meter_.add_silence();
    let_pass(format_.samples_per_frame());
  }
  for (std::size_t i = 0; i < due; ++i) {
    const std::uint64_t begin = captured_ - std::min<std::uint64_t>(captured_, held_samples());
    const auto frame = smoother_.take();
    meter_.add(frame);
    std::optional<bool> is_speech;
    if (has_detector_) is_speech = speech_until_ > begin;
    if (microphone_open) {
      offer(frame, is_speech, now, outbox);
    } else {
      end_spurt(now, outbox);
      forget_waiting();
      leave_out(frame.size());
    }
  }
}

void Uplink::offer(std::span<const std::int16_t> frame, std::optional<bool> is_speech,
                   voice::TimePoint now, voice::Outbox& outbox) {
  if (!is_discontinuous()) {
    if (announces_pauses()) begin_spurt(now, outbox);
    return send(frame, now, outbox);
  }
  if (gate_.passes(frame, is_speech)) {
    begin_spurt(now, outbox);
    return send(frame, now, outbox);
  }
  end_spurt(now, outbox);
  wait(frame);
}

void Uplink::begin_spurt(voice::TimePoint now, voice::Outbox& outbox) {
  if (is_in_spurt_) return;
  is_in_spurt_ = true;
  packetizer_.mark();
  // Nothing from before the pause may be heard after it.
  if (std::exchange(has_left_out_, false)) encoder_->reset();
  for (std::size_t i = 0; i < waiting_count_; ++i) {
    send(std::span{waiting_[i].pcm}.first(waiting_[i].samples), now, outbox);
  }
  waiting_count_ = 0;
}

// Sends a packet without sound, which tells the receiver that a pause follows, not a loss.
void Uplink::end_spurt(voice::TimePoint now, voice::Outbox& outbox) {
  if (!is_in_spurt_) return;
  is_in_spurt_ = false;
  message_.resize(voice::packet_overhead_bytes);
  voice::write_packet_overhead(packetizer_.header_without_sound(), message_);
  (void)outbox.push(message_, voice::MessageClass::audio, now);
}

void Uplink::wait(std::span<const std::int16_t> frame) noexcept {
  if (waiting_count_ == waiting_.size()) {
    ++frames_spared_;
    leave_out(waiting_.front().samples);
    std::swap(waiting_.front(), waiting_.back());
    --waiting_count_;
  }
  Waiting& place = waiting_[waiting_count_++];
  VOICE_ASSERT(frame.size() <= place.pcm.size());
  std::copy(frame.begin(), frame.end(), place.pcm.begin());
  place.samples = frame.size();
}

void Uplink::forget_waiting() noexcept {
  for (std::size_t i = 0; i < waiting_count_; ++i) leave_out(waiting_[i].samples);
  waiting_count_ = 0;
}

void Uplink::send(std::span<const std::int16_t> frame, voice::TimePoint now,
                  voice::Outbox& outbox) {
  VOICE_ASSERT(frame.size() >= format_.samples_per_frame());
  VOICE_ASSERT(frame.size() <= format_.samples_per_frame_max());
  const std::size_t most =
      voice::packet_overhead_bytes + voice::payload_bytes_max(codec_, frame.size());
  VOICE_ASSERT(message_.capacity() >= most);
  message_.resize(most);
  const std::size_t bytes =
      encoder_->encode(frame, std::span{message_}.subspan(voice::packet_overhead_bytes));
  message_.resize(voice::packet_overhead_bytes + bytes);
  packetizer_.packetize(message_, frame.size());
  // A message the outbox refuses or drops later leaves a gap in the sequence: the receiver sees the
  // loss.
  if (!outbox.push(message_, voice::MessageClass::audio, now)) return;
  audio_sent_ = audio_sent_ || !is_silent(frame);
}

void Uplink::leave_out(std::size_t samples) noexcept {
  has_left_out_ = true;
  let_pass(samples);
}

void Uplink::let_pass(std::size_t samples) noexcept {
  if (announces_pauses()) packetizer_.skip(samples);
}

}  // namespace voicecli
