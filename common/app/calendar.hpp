// What time it is for people, for bans alone: everything else goes by the steady clock.
#pragma once

#include <chrono>

namespace voice::app {

[[nodiscard]] inline std::chrono::sys_seconds calendar_now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace voice::app
