// The requirements of a soak, as arithmetic: figures in, verdicts out. No clock, no process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace soak {

/// The smallest value such that a share p (0…1) of `values` is not above it; 0 if there are none.
[[nodiscard]] double percentile(std::vector<double> values, double p);

struct Point {
  double x;
  double y;
};

/// A straight line fitted to points by least squares.
struct Trend {
  double slope = 0;
  double slope_error = 0;  // standard error of the slope
};
[[nodiscard]] Trend trend_of(const std::vector<Point>& points);

/// The delay of one listener: medians, in milliseconds.
struct ListenerDelay {
  double start_ms = 0;
  double end_ms = 0;
  double after_pause_ms = 0;  // at the end, after a second in which nobody spoke
};

struct Figures {
  std::vector<Point> rss_kib;  // x: seconds since the start
  std::size_t descriptors_start = 0;
  std::size_t descriptors_end = 0;
  std::vector<ListenerDelay> delays;  // of the listeners with an exact clock
  std::uint64_t ticks = 0;
  std::uint64_t messages_sent = 0;      // by the server, to all
  std::uint64_t messages_received = 0;  // by all
  std::uint64_t packets_sent = 0;       // by all, to the server
  std::uint64_t packets_received = 0;   // by the server
  std::uint64_t sequence_gaps = 0;      // missing packets, over all listeners
  std::size_t calls_ended = 0;          // that should not have ended
};

struct Verdict {
  bool passed = false;
  std::string line;  // what was required and what was measured
};

/// One verdict for each promise.
[[nodiscard]] std::vector<Verdict> judge(const Figures& figures);

}  // namespace soak
