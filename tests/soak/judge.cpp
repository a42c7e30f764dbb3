#include "tests/soak/judge.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>

namespace soak {
namespace {

// Arenas and pools fill during the first minute.
constexpr double warm_up_s = 60;
// A page more or less is due to the allocator; eight in a whole run are not a trend.
constexpr double growth_noise_kib = 32;
constexpr double frame_ms = 20;
// For medians of some hundred frames on a machine that also does other work.
constexpr double delay_noise_ms = 1;
// Half of a jitter buffer of six at the server, and half of one at the listener.
constexpr double buffers_full_ms = 2 * 3 * frame_ms;

std::string text(double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.1f", value);
  return buffer;
}
std::string text(std::uint64_t value) {
  return std::to_string(value);
}

Verdict judge_memory(const Figures& figures) {
  std::vector<Point> warm;
  std::copy_if(figures.rss_kib.begin(), figures.rss_kib.end(), std::back_inserter(warm),
               [](const Point& point) { return point.x >= warm_up_s; });
  if (warm.size() < 3) return {false, "memory: too few samples after the first minute"};
  const Trend trend = trend_of(warm);
  const double seconds = warm.back().x - warm.front().x;
  const double growth = trend.slope * seconds;
  const double noise = std::max(growth_noise_kib, 2 * trend.slope_error * seconds);
  return {growth <= noise, "memory after the first minute: " + text(trend.slope * 60) +
                               " KiB a minute, +- " + text(trend.slope_error * 60) + ", " +
                               text(growth) + " KiB in all (noise: " + text(noise) + "); RSS " +
                               text(warm.back().y) + " KiB at the end"};
}

// If the machine is paused for a moment, sound stays in jitter buffers, as promised until the next
// pause in speech, and at most until they are full.
bool is_back(const ListenerDelay& delay) {
  if (delay.start_ms <= 0 || delay.end_ms <= 0 || delay.after_pause_ms <= 0) return false;
  const auto is_same = [&](double ms) {
    return std::abs(ms - delay.start_ms) <= frame_ms + delay_noise_ms;
  };
  return is_same(delay.end_ms) ||
         (is_same(delay.after_pause_ms) && delay.end_ms <= delay.start_ms + buffers_full_ms);
}

Verdict judge_delay(const Figures& figures) {
  double worst = 0;
  std::vector<double> starts;
  std::vector<double> ends;
  std::vector<double> after_pause;
  bool all_back = !figures.delays.empty();
  for (const ListenerDelay& delay : figures.delays) {
    starts.push_back(delay.start_ms);
    ends.push_back(delay.end_ms);
    after_pause.push_back(delay.after_pause_ms);
    all_back = all_back && is_back(delay);
    const double change = delay.end_ms - delay.start_ms;
    if (std::abs(change) > std::abs(worst)) worst = change;
  }
  return {all_back, "delay, mouth to ear, median of " + text(std::uint64_t{starts.size()}) +
                        " listeners: " + text(percentile(starts, 0.5)) + " ms at the start, " +
                        text(percentile(ends, 0.5)) + " ms at the end (changed by at most " +
                        text(worst) + " ms), " + text(percentile(after_pause, 0.5)) +
                        " ms after a pause"};
}

Verdict judge_frames(const Figures& figures) {
  return {figures.messages_sent != 0 && figures.messages_sent == figures.messages_received &&
              figures.sequence_gaps == 0,
          "frames to listeners: " + text(figures.messages_sent) + " sent in " +
              text(figures.ticks) + " ticks, " + text(figures.messages_received) + " received, " +
              text(figures.sequence_gaps) + " gaps in sequence numbers"};
}

}  // namespace

double percentile(std::vector<double> values, double p) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(p * static_cast<double>(values.size() - 1))];
}

Trend trend_of(const std::vector<Point>& points) {
  const auto count = static_cast<double>(points.size());
  if (count < 3) return {};
  double x_mean = 0;
  double y_mean = 0;
  for (const Point& point : points) {
    x_mean += point.x / count;
    y_mean += point.y / count;
  }
  double xx = 0;
  double xy = 0;
  for (const Point& point : points) {
    xx += (point.x - x_mean) * (point.x - x_mean);
    xy += (point.x - x_mean) * (point.y - y_mean);
  }
  if (xx == 0) return {};
  Trend trend;
  trend.slope = xy / xx;
  double residuals = 0;
  for (const Point& point : points) {
    const double off = point.y - y_mean - trend.slope * (point.x - x_mean);
    residuals += off * off;
  }
  trend.slope_error = std::sqrt(residuals / (count - 2) / xx);
  return trend;
}

std::vector<Verdict> judge(const Figures& figures) {
  return {
      {figures.calls_ended == 0,
       "calls that ended on their own: " + text(std::uint64_t{figures.calls_ended})},
      judge_frames(figures),
      {figures.packets_sent != 0 && figures.packets_sent == figures.packets_received,
       "frames from talkers: " + text(figures.packets_sent) + " sent, " +
           text(figures.packets_received) + " received"},
      judge_delay(figures),
      judge_memory(figures),
      {figures.descriptors_end <= figures.descriptors_start,
       "descriptors: " + text(std::uint64_t{figures.descriptors_start}) + " at the start, " +
           text(std::uint64_t{figures.descriptors_end}) + " at the end"},
  };
}

}  // namespace soak
