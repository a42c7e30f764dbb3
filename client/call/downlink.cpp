#include "client/call/downlink.hpp"

#include "common/audio/g711.hpp"
#include "common/audio/gain.hpp"
#include "common/core/assert.hpp"

#include <algorithm>

namespace voicecli {

Downlink::Downlink(voice::AudioFormat format, int jitter_depth_packets,
                   SequenceNumbers sequence_numbers)
    : sequence_numbers_(sequence_numbers),
      buffer_(format, jitter_depth_packets),
      clock_(format),
      ulaw_(format.samples_per_frame_max()),
      pcm_(format.samples_per_frame_max()) {}

void Downlink::receive(const voice::rtp::PacketView& packet, voice::TimePoint now) noexcept {
  if (packet.payload.empty()) return;  // legal, and carries no sound
  if (sequence_numbers_ == SequenceNumbers::trusted) {
    buffer_.insert(packet.header, packet.payload, now);
  } else {
    buffer_.insert(packet.payload, now);
  }
}

std::span<const std::int16_t> Downlink::play(Loudness loudness, voice::TimePoint now) noexcept {
  const std::size_t length = clock_.next();
  VOICE_ASSERT(length <= ulaw_.size() && length <= pcm_.size());
  const auto ulaw = std::span{ulaw_}.first(length);
  const auto pcm = std::span{pcm_}.first(length);
  buffer_.take(ulaw, now);
  VOICE_ASSERT(buffer_.fill_packets() <= buffer_.depth_packets());
  voice::g711::decode(ulaw, pcm);
  if (loudness.muted) {
    std::fill(pcm.begin(), pcm.end(), std::int16_t{0});
  } else {
    voice::apply_gain(pcm, loudness.gain_db);
  }
  meter_.add(pcm);
  audio_heard_ = audio_heard_ || std::any_of(pcm.begin(), pcm.end(),
                                             [](std::int16_t sample) { return sample != 0; });
  return pcm;
}

}  // namespace voicecli
