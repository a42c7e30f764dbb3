#include "common/audio/audio_format.hpp"

namespace voice {

expected<AudioFormat, FormatError> AudioFormat::from_rate(std::int64_t rate_hz) noexcept {
  if (rate_hz < rate_hz_min) return unexpected(FormatError::rate_too_low);
  if (rate_hz > rate_hz_max) return unexpected(FormatError::rate_too_high);
  return AudioFormat(static_cast<int>(rate_hz));
}

Duration AudioFormat::duration(std::size_t samples) const noexcept {
  // Counters of a lifetime are converted, too: their product with 10^9 would not fit.
  const auto count = static_cast<std::int64_t>(samples);
  return std::chrono::seconds{count / rate_hz_} +
         std::chrono::nanoseconds{count % rate_hz_ * 1'000'000'000 / rate_hz_};
}

}  // namespace voice
