// Observes a running voiced from outside: its memory and descriptors, according to the kernel, and
// its own statistics, requested by a signal and read from its log. Linux.
#pragma once

#include <cstdint>
#include <string>

namespace soak {

/// The statistics that voiced logs on SIGUSR1.
struct ServerStatistics {
  std::uint64_t ticks = 0;
  std::uint64_t late_ticks = 0;
  std::uint64_t skipped_ticks = 0;
  std::uint64_t packets_in = 0;
  std::uint64_t messages_out = 0;
};

class ServerWatch {
 public:
  /// @param log_file the server's log
  ServerWatch(long pid, std::string log_file) : pid_(pid), log_file_(std::move(log_file)) {}

  /// Resident memory, counted page by page, in KiB. Throws if the server has ended.
  [[nodiscard]] double rss_kib() const;
  [[nodiscard]] std::size_t descriptors() const;
  /// Requests the statistics, and waits for them. Throws if they do not arrive.
  [[nodiscard]] ServerStatistics statistics() const;

 private:
  long pid_;
  std::string log_file_;
};

}  // namespace soak
