// The time of day, used only for what ends or is valid by the calendar: bans, invitations and
// certificates. Everything else uses the steady clock.
#pragma once

#include <chrono>

namespace voice::app {

[[nodiscard]] inline std::chrono::sys_seconds calendar_now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace voice::app
