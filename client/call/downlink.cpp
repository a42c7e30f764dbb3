#include "client/call/downlink.hpp"

#include "common/audio/gain.hpp"
#include "common/core/assert.hpp"

#include <algorithm>

namespace voicecli {

Downlink::Downlink(voice::AudioFormat format, const voice::PlayoutOptions& options,
                   SequenceNumbers sequence_numbers)
    : playout_(format, options), clock_(format), pcm_(format.samples_per_frame_max()) {
  playout_.set_sequencing(sequence_numbers);
}

void Downlink::receive(const voice::rtp::PacketView& packet, voice::TimePoint now) noexcept {
  if (packet.payload.empty()) return;  // legal, and carries no sound
  playout_.insert(packet, now);
}

std::span<const std::int16_t> Downlink::play(Loudness loudness, voice::TimePoint now) noexcept {
  const std::size_t length = clock_.next();
  VOICE_ASSERT(length <= pcm_.size());
  const auto pcm = std::span{pcm_}.first(length);
  playout_.take(pcm, now);
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
