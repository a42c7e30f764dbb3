#include "common/audio/audio_format.hpp"

namespace voice {

expected<AudioFormat, FormatError> AudioFormat::from_rate(std::int64_t rate_hz) noexcept {
  if (rate_hz < rate_hz_min) return unexpected(FormatError::rate_too_low);
  if (rate_hz > rate_hz_max) return unexpected(FormatError::rate_too_high);
  return AudioFormat(static_cast<int>(rate_hz));
}

Duration AudioFormat::duration(std::size_t samples) const noexcept {
  // 64-bit nanoseconds: 2^63 / 10^9 seconds of samples, far beyond any buffer.
  return std::chrono::nanoseconds{static_cast<std::int64_t>(samples) * 1'000'000'000 / rate_hz_};
}

}  // namespace voice
