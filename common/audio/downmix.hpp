// Mixes several channels down to one in which speech is intelligible, whichever channel it is on:
// interleaved samples in, mono out. One channel passes bit for bit; two become their mean. For
// three and more, the weights of ITU-R BS.775 apply, and if only a few channels carry sound, they
// are raised to keep its loudness. A limiter keeps the sum from clipping.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace voice {

enum class Channel : std::uint8_t { center, front, surround, low_frequency, other };

/// In the order of WAV files (WAVEFORMATEXTENSIBLE): what channels mean in a file that does not say
/// it itself.
[[nodiscard]] std::vector<Channel> wave_channels(std::size_t count);
/// In the order of Ogg files (Vorbis, Opus).
[[nodiscard]] std::vector<Channel> ogg_channels(std::size_t count);

class Downmix {
 public:
  /// @param channels at least one.
  Downmix(const std::vector<Channel>& channels, int rate_hz);

  /// Appends one sample to `mono` for each whole frame of `interleaved` (-1…1).
  void mix(std::span<const float> interleaved, std::vector<std::int16_t>& mono);

 private:
  void observe(std::span<const float> interleaved);
  [[nodiscard]] float limited(float sample);

  std::vector<float> weights_;
  std::vector<bool> has_sound_;  // the channel has carried sound so far
  float gain_ = 1;
  float gain_wanted_ = 1;
  bool heard_ = false;
  float release_;  // of the limiter, per sample
  float envelope_ = 0;
};

}  // namespace voice
