#include "client/net/device_watch.hpp"

namespace voicecli {

std::optional<Event> DeviceWatch::changed(const voice::DeviceStatus& status) {
  if (last_ && last_->state == status.state && last_->detail == status.detail) return std::nullopt;
  last_ = status;
  return Event{"sound",
               {{"device", device_},
                {"state", std::string{voice::to_string(status.state)}},
                {"detail", status.detail}},
               {}};
}

}  // namespace voicecli
