#include "tests/bench/voicebench_process.hpp"

#include <time.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace voicebench {
namespace {

double rss_kib(const std::filesystem::path& process) {
  // VmRSS in /proc/PID/status may lag by some hundred KiB; this file is counted page by page.
  std::ifstream file(process / "smaps_rollup");
  for (std::string word; file >> word;) {
    if (word != "Rss:") continue;
    double value = 0;
    file >> value;
    return value;
  }
  throw std::runtime_error("cannot read " + (process / "smaps_rollup").string());
}

}  // namespace

ProcessUsage read_usage(long pid) {
  const auto process = std::filesystem::path("/proc") / std::to_string(pid);
  ProcessUsage usage;
  for (const auto& thread : std::filesystem::directory_iterator(process / "task")) {
    std::ifstream file(thread.path() / "schedstat");
    double running_ns = 0;
    file >> running_ns;
    usage.cpu_s += running_ns * 1e-9;
  }
  usage.rss_kib = rss_kib(process);
  return usage;
}

double own_cpu_s() noexcept {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

}  // namespace voicebench
