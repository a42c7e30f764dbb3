// Writes metrics as text, family by family: OpenMetrics 1.0, or the older text format 0.0.4 of
// Prometheus. Knows the syntax of names, labels and numbers, but not their meaning.
#pragma once

#include "common/core/duration_histogram.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace voiced {

enum class Exposition : std::uint8_t { prometheus, open_metrics };

/// "application/openmetrics-text; version=1.0.0; charset=utf-8" and its elder.
[[nodiscard]] const char* content_type(Exposition exposition) noexcept;

enum class MetricType : std::uint8_t { counter, gauge, histogram, info };

class MetricWriter {
 public:
  /// Appends to `out`, which outlives it.
  MetricWriter(std::string& out, Exposition exposition) : out_(out), exposition_(exposition) {}

  /// Begins a family; what is written from now on are its samples.
  /// @param name without the `_total` of a counter and the `_info` of an info, with the unit.
  /// @param unit the end of the name, such as "seconds"; may be empty.
  void family(MetricType type, std::string_view name, std::string_view unit, std::string_view help);

  /// For the next value. The text may be anything: what would break the line is escaped.
  MetricWriter& label(std::string_view name, std::string_view text);
  MetricWriter& label(std::string_view name, std::uint64_t number);
  void value(std::uint64_t number);
  void value(double number);
  void value(voice::Duration duration);  // in seconds

  /// Sixteen buckets from 20 µs on, each twice as wide, to 655 ms: edges that the histogram has,
  /// too, so that their counts are exact.
  void histogram(const voice::DurationHistogram& durations);

  /// After the last family.
  void end();

 private:
  void sample(std::string_view suffix);
  void number(std::uint64_t number);
  void number(double number);

  std::string& out_;
  Exposition exposition_;
  MetricType type_ = MetricType::gauge;
  std::string name_;
  std::string labels_;
};

}  // namespace voiced
