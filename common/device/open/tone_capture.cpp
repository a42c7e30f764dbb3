#include "common/device/open/tone_capture.hpp"

#include <algorithm>

namespace voice {

ToneCapture::ToneCapture(AudioFormat format, double frequency_hz)
    : tone_(format, frequency_hz),
      pacer_(format, capture_lead, capture_backlog_max),
      name_("tone of " + std::to_string(static_cast<int>(frequency_hz)) + " Hz") {}

std::size_t ToneCapture::read(std::span<std::int16_t> out, TimePoint now) {
  const std::size_t count = std::min(out.size(), pacer_.due(now));
  tone_.generate(out.first(count));
  pacer_.take(count);
  return count;
}

}  // namespace voice
