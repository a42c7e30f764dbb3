#include "common/device/device.hpp"

namespace voice {

const char* to_string(DeviceState state) noexcept {
  switch (state) {
    case DeviceState::waiting:
      return "waiting";
    case DeviceState::running:
      return "running";
    case DeviceState::ended:
      return "ended";
    case DeviceState::failed:
      return "failed";
  }
  return "unknown";
}

}  // namespace voice
