// What a process has cost so far, as Linux tells it.
#pragma once

namespace voicebench {

struct ProcessUsage {
  double cpu_s = 0;         // all threads, in nanosecond steps (/proc/PID/task/*/schedstat)
  double rss_kib = 0;       // resident memory, exact (/proc/PID/smaps_rollup)
  double rss_peak_kib = 0;  // the most it ever was (VmHWM in /proc/PID/status)
};

/// Throws when there is no such process. A thread that ended takes its time with it: meant for
/// servers whose threads stay.
[[nodiscard]] ProcessUsage read_usage(long pid);

/// CPU time of this process, in seconds.
[[nodiscard]] double own_cpu_s() noexcept;

}  // namespace voicebench
