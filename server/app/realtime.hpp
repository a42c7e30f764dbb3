// Asks the system to give this program priority over others, so that ticks are on time even on a
// busy machine.
#pragma once

#include "common/core/result.hpp"

#include <string>

namespace voiced {

/// Linux: SCHED_FIFO, and pages that are in use stay in memory. Fails with an error message that
/// says what would permit it; the program can then go on as before.
[[nodiscard]] voice::expected<void, std::string> become_realtime();

}  // namespace voiced
