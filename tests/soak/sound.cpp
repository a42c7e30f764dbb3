#include "tests/soak/sound.hpp"

#include "common/audio/g711.hpp"

#include <algorithm>

namespace soak {

Microphone::Microphone(voice::AudioFormat format, const sim::SampleClock& clock,
                       sim::VoiceSource voice, std::size_t block_frames)
    : clock_(clock), voice_(voice), block_samples_(block_frames * format.samples_per_frame()) {}

std::size_t Microphone::read(std::span<std::int16_t> out, voice::TimePoint now) {
  const std::uint64_t delivered = clock_.position(now) / block_samples_ * block_samples_;
  const auto count = static_cast<std::size_t>(
      std::min<std::uint64_t>(out.size(), delivered - std::min(delivered, read_samples_)));
  codes_.resize(count);
  voice_.fill(read_samples_, codes_);
  voice::g711::decode(codes_, out.first(count));
  read_samples_ += count;
  return count;
}

std::size_t Loudspeaker::wanted(voice::TimePoint now) {
  const std::uint64_t position = clock_.position(now + lead);
  return static_cast<std::size_t>(position - std::min(position, written_samples_));
}

void Loudspeaker::write(std::span<const std::int16_t> pcm, voice::TimePoint now) {
  codes_.resize(pcm.size());
  voice::g711::encode(pcm, codes_);
  listener_.heard(codes_, std::max(now, clock_.time_of(written_samples_)));
  written_samples_ += pcm.size();
}

}  // namespace soak
