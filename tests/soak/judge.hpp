// What a soak must show, as arithmetic: figures in, verdicts out. No clock, no process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace soak {

/// The p-th part (0…1) of `values` is not above it; 0 when there are none.
[[nodiscard]] double percentile(std::vector<double> values, double p);

struct Point {
  double x;
  double y;
};

/// A straight line through points, by least squares.
struct Trend {
  double slope = 0;
  double slope_error = 0;  // standard error of the slope
};
[[nodiscard]] Trend trend_of(const std::vector<Point>& points);

/// Delay of one listener, medians, in milliseconds.
struct ListenerDelay {
  double start_ms = 0;
  double end_ms = 0;
  double after_pause_ms = 0;  // at the end, when nobody had spoken for a second before
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
  std::uint64_t sequence_gaps = 0;      // packets missing between two that came, over all listeners
  std::size_t calls_ended = 0;          // that should not have
};

struct Verdict {
  bool passed = false;
  std::string line;  // what was promised and what was measured
};

/// One verdict for each promise.
[[nodiscard]] std::vector<Verdict> judge(const Figures& figures);

}  // namespace soak
