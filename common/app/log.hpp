// Sets up spdlog for a program: one event, one line, on a descriptor of its own.
#pragma once

#include "common/core/result.hpp"

#include <cstdio>
#include <string>

namespace voice::app {

/// Names log levels for options: trace, debug, info, warn, error, off.
[[nodiscard]] bool is_log_level(const std::string& name);

/// A stream on a duplicate of stderr. The device layer points descriptor 2 elsewhere for moments,
/// because sound libraries print there; what a program says itself goes here and is never lost.
/// Unbuffered lines; never closed.
[[nodiscard]] std::FILE* own_stderr();

/// Installs the default logger. Under systemd (JOURNAL_STREAM is set) lines carry the priority that
/// journald reads ("<4>…") instead of time and level.
void start_logging(const std::string& level);

/// Changes the level while running.
void set_log_level(const std::string& level);

}  // namespace voice::app
