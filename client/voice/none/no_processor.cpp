// The voice processor of a program that is built without a library for it: there is none.
#include "client/voice/voice_processor.hpp"

namespace voicecli {

bool has_voice_processing() noexcept {
  return false;
}

std::unique_ptr<VoiceProcessor> make_voice_processor(int, VoiceTasks) {
  return nullptr;
}

}  // namespace voicecli
