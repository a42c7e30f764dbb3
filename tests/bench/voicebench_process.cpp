#include "tests/bench/voicebench_process.hpp"

#include <time.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace voicebench {
namespace {

double value_of(const std::filesystem::path& path, const std::string& key) {
  std::ifstream file(path);
  for (std::string word; file >> word;) {
    if (word != key) continue;
    double value = 0;
    file >> value;
    return value;
  }
  throw std::runtime_error("cannot read " + path.string());
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
  // VmRSS beside VmHWM may lag by some hundred KiB; smaps_rollup is counted page by page.
  usage.rss_kib = value_of(process / "smaps_rollup", "Rss:");
  usage.rss_peak_kib = value_of(process / "status", "VmHWM:");
  return usage;
}

double own_cpu_s() noexcept {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

}  // namespace voicebench
