// The memory and descriptors of a process, according to /proc. Linux; elsewhere, they are unknown.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

namespace voice::test {

struct Footprint {
  long memory_kib = 0;   // private pages: neither program code nor files
  long descriptors = 0;  // open at present
};

// Sanitizers keep freed memory for a while, to detect uses of it.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool freed_memory_returns = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool freed_memory_returns = false;
#else
inline constexpr bool freed_memory_returns = true;
#endif
#else
inline constexpr bool freed_memory_returns = true;
#endif

/// Empty if the process has ended or the system does not report it.
inline std::optional<Footprint> footprint_of(pid_t pid) {
  const std::filesystem::path folder = "/proc/" + std::to_string(pid);
  Footprint footprint;
  // Not the counters in /proc/PID/status, which may lag by some hundred pages.
  std::ifstream memory(folder / "smaps_rollup");
  for (std::string word; memory >> word && word != "Anonymous:";) {
    memory.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  if (!(memory >> footprint.memory_kib)) return std::nullopt;
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator(folder / "fd", error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    ++footprint.descriptors;
  }
  if (error) return std::nullopt;
  return footprint;
}

}  // namespace voice::test
