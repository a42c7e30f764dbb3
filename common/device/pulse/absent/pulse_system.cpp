#include "common/device/pulse/pulse_system.hpp"

namespace voice {

std::unique_ptr<SoundSystem> connect_pulse() {
  return nullptr;
}

}  // namespace voice
