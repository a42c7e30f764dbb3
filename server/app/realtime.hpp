// Asks the system to run this program before others, so that a busy machine does not make ticks
// late.
#pragma once

#include "common/core/result.hpp"

#include <string>

namespace voiced {

/// Linux: SCHED_FIFO, and pages that are in use stay in memory. Fails with a text for people,
/// naming what would permit it; the program then goes on as before.
[[nodiscard]] voice::expected<void, std::string> become_realtime();

}  // namespace voiced
