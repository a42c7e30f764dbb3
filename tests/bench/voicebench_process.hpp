// What a process has used so far, according to Linux.
#pragma once

namespace voicebench {

struct ProcessUsage {
  double cpu_s = 0;         // all threads, in nanosecond steps (/proc/PID/task/*/schedstat)
  double rss_kib = 0;       // resident memory, exact (/proc/PID/smaps_rollup)
  double rss_peak_kib = 0;  // the maximum so far (VmHWM in /proc/PID/status)
};

/// Throws if there is no such process. The time of threads that have ended is not included, so this
/// is meant for servers whose threads stay.
[[nodiscard]] ProcessUsage read_usage(long pid);

/// CPU time of this process, in seconds.
[[nodiscard]] double own_cpu_s() noexcept;

}  // namespace voicebench
