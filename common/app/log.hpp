// Sets up spdlog for a program: one event, one line, on a descriptor of its own. A program that
// logs never waits for the reader: lines for which there is no room are lost, counted, and
// reported.
#pragma once

#include "common/core/result.hpp"

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace voice::app {

/// Log levels for options: trace, debug, info, warn, error, off.
[[nodiscard]] std::vector<std::string> log_level_names();

/// Ways to write a line, for options:
/// auto     journal where stderr is the journal (JOURNAL_STREAM names it), else text;
/// journal  "<6>participant joined id=1 …", with the priority that journald reads in front;
/// text     "2026-01-31T12:00:00.000+00:00 info participant joined id=1 …";
/// json     {"time":…,"level":"info","event":"participant joined","id":1,…} (json_log_line.hpp).
[[nodiscard]] std::vector<std::string> log_format_names();

/// A stream on a duplicate of stderr. The device layer redirects descriptor 2 at times, because
/// sound libraries print there; the program's own output goes here and is never lost. Unbuffered;
/// never closed.
[[nodiscard]] std::FILE* own_stderr();

/// Installs the default logger: one event, one line. Names as above.
void start_logging(const std::string& level, const std::string& format = "auto");

/// Whether `descriptor` is what systemd's JOURNAL_STREAM names, "device:inode"; null: not set.
[[nodiscard]] bool is_journal(int descriptor, const char* journal_stream);

/// Lines lost since the start, because nobody read them in time or the disk was full.
[[nodiscard]] std::uint64_t lost_log_lines();

/// Waits up to a second for logged lines to be written: call it before the program ends, or prints
/// its last words elsewhere. Any exit except a crash waits for them anyway.
void flush_log();

/// Changes level or format while running; from the next line on.
void set_log_level(const std::string& level);
void set_log_format(const std::string& format);

}  // namespace voice::app
