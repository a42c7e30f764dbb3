// Notices when a device's state changes, so that every change becomes one event. Statuses in,
// events out.
#pragma once

#include "client/net/event.hpp"
#include "common/device/device.hpp"

#include <optional>
#include <string>

namespace voicecli {

class DeviceWatch {
 public:
  /// @param device "input" or "output", as the events name it.
  explicit DeviceWatch(std::string device) : device_(std::move(device)) {}

  /// An event when `status` differs from the one before in state or detail.
  [[nodiscard]] std::optional<Event> changed(const voice::DeviceStatus& status);

 private:
  std::string device_;
  std::optional<voice::DeviceStatus> last_;
};

}  // namespace voicecli
