// Looks at a running voiced from outside: its memory and descriptors, as the kernel counts them,
// and its own statistics, asked for by a signal and read from its log. Linux.
#pragma once

#include <cstdint>
#include <string>

namespace soak {

/// What voiced says on SIGUSR1.
struct ServerStatistics {
  std::uint64_t ticks = 0;
  std::uint64_t late_ticks = 0;
  std::uint64_t skipped_ticks = 0;
  std::uint64_t packets_in = 0;
  std::uint64_t messages_out = 0;
};

class ServerWatch {
 public:
  /// @param log_file where the server's log is written to.
  ServerWatch(long pid, std::string log_file) : pid_(pid), log_file_(std::move(log_file)) {}

  /// Pages in memory, counted page by page, in KiB. Throws when the server is gone.
  [[nodiscard]] double rss_kib() const;
  [[nodiscard]] std::size_t descriptors() const;
  /// Asks, and waits for the answer. Throws when none comes.
  [[nodiscard]] ServerStatistics statistics() const;

 private:
  long pid_;
  std::string log_file_;
};

}  // namespace soak
