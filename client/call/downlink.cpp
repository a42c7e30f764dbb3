#include "client/call/downlink.hpp"

#include "common/audio/fade.hpp"
#include "common/audio/gain.hpp"
#include "common/core/assert.hpp"

#include <algorithm>
#include <utility>

namespace voicecli {
namespace {

constexpr int accidents_per_second = 2;

}  // namespace

Downlink::Downlink(voice::AudioFormat format, const voice::PlayoutOptions& options,
                   voice::Sequencing sequencing)
    : playout_(format, options),
      phase_(voice::frames_per_second, accidents_per_second),
      clock_(format),
      pcm_(format.samples_per_frame_max()) {
  playout_.set_sequencing(sequencing);
}

void Downlink::set_format(voice::AudioFormat format) {
  playout_.set_codec(voice::CodecId::pcmu);  // the other codec may not exist at that rate
  playout_.set_format(format);
  clock_ = voice::FrameClock(format);
  pcm_.resize(format.samples_per_frame_max());
}

void Downlink::receive(const voice::rtp::PacketView& packet, voice::TimePoint now) noexcept {
  if (packet.payload.empty()) {
    // From a voice/1 server: nobody speaks any more. Otherwise it means nothing.
    if (playout_.sequencing() == voice::Sequencing::trusted) playout_.pause();
    return;
  }
  received_at_ = now;
  playout_.insert(packet, now);
}

// Changes are made in the course of a frame.
void Downlink::set_loudness(Loudness loudness, std::span<std::int16_t> pcm) noexcept {
  const Loudness before = std::exchange(loudness_, loudness).value_or(loudness);
  if (loudness.muted && before.muted) {
    std::fill(pcm.begin(), pcm.end(), std::int16_t{0});
    return;
  }
  voice::apply_gain(pcm, loudness.gain_db);
  if (loudness.muted != before.muted) {
    voice::fade(pcm, loudness.muted ? voice::Fade::out : voice::Fade::in);
  } else if (loudness.gain_db != before.gain_db) {
    voice::apply(voice::Ramp{voice::factor_of_db(before.gain_db - loudness.gain_db), 1}, pcm);
  }
}

std::span<const std::int16_t> Downlink::play(Loudness loudness, voice::TimePoint now) noexcept {
  const std::size_t length = clock_.next();
  VOICE_ASSERT(length <= pcm_.size());
  const auto pcm = std::span{pcm_}.first(length);
  phase_.observe(now - received_at_);
  playout_.set_slack(phase_.slack());
  playout_.take(pcm, now);
  set_loudness(loudness, pcm);
  meter_.add(pcm);
  audio_heard_ = audio_heard_ || std::any_of(pcm.begin(), pcm.end(),
                                             [](std::int16_t sample) { return sample != 0; });
  return pcm;
}

}  // namespace voicecli
