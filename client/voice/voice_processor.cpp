#include "client/voice/voice_processor.hpp"

#include "common/core/assert.hpp"

namespace voicecli {

int voice_processing_rate_hz(int rate_hz) noexcept {
  for (const int supported_hz : {8000, 16000, 32000}) {
    if (rate_hz <= supported_hz) return supported_hz;
  }
  constexpr int highest_hz = 48000;
  VOICE_ASSERT(rate_hz <= highest_hz);
  return highest_hz;
}

}  // namespace voicecli
