#include "client/voice/voice_processor.hpp"

namespace voicecli {

int voice_processing_rate_hz(int rate_hz) noexcept {
  return rate_hz <= 8000 ? 8000 : 16000;
}

}  // namespace voicecli
