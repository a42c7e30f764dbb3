#include "client/net/device_watch.hpp"

namespace voicecli {

std::optional<event::DeviceChanged> DeviceWatch::changed(const voice::DeviceStatus& status) {
  if (last_ && last_->state == status.state && last_->detail == status.detail) return std::nullopt;
  last_ = status;
  return event::DeviceChanged{role_, status.state, status.detail};
}

}  // namespace voicecli
