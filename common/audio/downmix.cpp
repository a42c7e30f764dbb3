#include "common/audio/downmix.hpp"

#include "common/core/assert.hpp"

#include <algorithm>
#include <cmath>

namespace voice {
namespace {

// Below -50 dBFS, a channel is only the noise of a microphone that nobody speaks into.
constexpr float sound_peak_min = 0.003F;
constexpr float release_s = 0.2F;
// 18 dB above full scale: what a file holds beyond that is damage.
constexpr float loudest = 8;

float weight_of(Channel channel, std::size_t count) {
  if (count <= 2) return 1.0F / static_cast<float>(count);
  switch (channel) {
    case Channel::center:
      return 1;
    case Channel::front:
      return 0.5F;
    case Channel::surround:
      return 0.35F;
    case Channel::low_frequency:
      return 0.1F;
    case Channel::other:
      break;
  }
  // Unrelated tracks: their powers add up.
  return 1.0F / std::sqrt(static_cast<float>(count));
}

std::int16_t to_int16(float sample) {
  if (std::isnan(sample)) return 0;
  // 16-bit files come back as x/32768 exactly, so this restores each of their samples bit by bit.
  return static_cast<std::int16_t>(std::lrint(std::clamp(sample * 32768.0F, -32768.0F, 32767.0F)));
}

}  // namespace

std::vector<Channel> wave_channels(std::size_t count) {
  using enum Channel;
  switch (count) {
    case 3:
      return {front, front, center};
    case 4:
      return {front, front, surround, surround};
    case 5:
      return {front, front, center, surround, surround};
    case 6:
      return {front, front, center, low_frequency, surround, surround};
    case 7:
      return {front, front, center, low_frequency, surround, surround, surround};
    case 8:
      return {front, front, center, low_frequency, surround, surround, surround, surround};
    default:
      return std::vector<Channel>(count, other);
  }
}

std::vector<Channel> ogg_channels(std::size_t count) {
  using enum Channel;
  switch (count) {
    case 3:
      return {front, center, front};
    case 5:
      return {front, center, front, surround, surround};
    case 6:
      return {front, center, front, surround, surround, low_frequency};
    case 7:
      return {front, center, front, surround, surround, surround, low_frequency};
    case 8:
      return {front, center, front, surround, surround, surround, surround, low_frequency};
    default:
      return wave_channels(count);
  }
}

Downmix::Downmix(const std::vector<Channel>& channels, int rate_hz)
    : has_sound_(channels.size()),
      release_(std::exp(-1.0F / (release_s * static_cast<float>(rate_hz)))) {
  VOICE_ASSERT(!channels.empty());
  for (const Channel channel : channels) weights_.push_back(weight_of(channel, channels.size()));
}

void Downmix::observe(std::span<const float> interleaved) {
  for (std::size_t i = 0; i < interleaved.size(); ++i) {
    if (std::abs(interleaved[i]) > sound_peak_min) has_sound_[i % weights_.size()] = true;
  }
  float weight = 0;
  for (std::size_t c = 0; c < weights_.size(); ++c) {
    if (has_sound_[c]) weight += weights_[c];
  }
  if (weight <= 0) return;
  gain_wanted_ = std::max(1.0F, 1.0F / weight);
  // Nothing has been heard yet that a jump could disturb.
  if (!heard_) gain_ = gain_wanted_;
  heard_ = true;
}

float Downmix::limited(float sample) {
  sample = std::isfinite(sample) ? std::clamp(sample, -loudest, loudest) : 0.0F;
  envelope_ = std::max(std::abs(sample), envelope_ * release_);
  return envelope_ > 1 ? sample / envelope_ : sample;
}

void Downmix::mix(std::span<const float> interleaved, std::vector<std::int16_t>& mono) {
  const std::size_t channels = weights_.size();
  const std::size_t frames = interleaved.size() / channels;
  const bool surround = channels > 2;
  if (surround) observe(interleaved.first(frames * channels));
  const float step = (gain_wanted_ - gain_) / static_cast<float>(std::max<std::size_t>(frames, 1));
  for (std::size_t frame = 0; frame < frames; ++frame) {
    float sum = 0;
    for (std::size_t c = 0; c < channels; ++c) {
      sum += weights_[c] * interleaved[frame * channels + c];
    }
    gain_ += step;
    mono.push_back(to_int16(surround ? limited(sum * gain_) : sum));
  }
  gain_ = gain_wanted_;
}

}  // namespace voice
