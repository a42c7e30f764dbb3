// Notices when a device's state changes, so that every change becomes one event. Statuses in,
// events out.
#pragma once

#include "client/net/sound_event.hpp"

#include <optional>

namespace voicecli {

class DeviceWatch {
 public:
  explicit DeviceWatch(DeviceRole role) noexcept : role_(role) {}

  /// An event when `status` differs from the one before in state or detail.
  [[nodiscard]] std::optional<event::DeviceChanged> changed(const voice::DeviceStatus& status);

 private:
  DeviceRole role_;
  std::optional<voice::DeviceStatus> last_;
};

}  // namespace voicecli
