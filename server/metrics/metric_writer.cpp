#include "server/metrics/metric_writer.hpp"

#include "common/core/assert.hpp"

#include <charconv>

namespace voiced {

using voice::Duration;

namespace {

constexpr Duration first_bucket = std::chrono::microseconds{20};
constexpr int bucket_count = 16;

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

const char* type_name(MetricType type, Exposition exposition) {
  switch (type) {
    case MetricType::counter:
      return "counter";
    case MetricType::histogram:
      return "histogram";
    case MetricType::info:
      // The older format has no such type.
      return exposition == Exposition::open_metrics ? "info" : "gauge";
    case MetricType::gauge:
      break;
  }
  return "gauge";
}

std::string_view suffix(MetricType type) {
  if (type == MetricType::counter) return "_total";
  return type == MetricType::info ? "_info" : "";
}

}  // namespace

const char* content_type(Exposition exposition) noexcept {
  return exposition == Exposition::open_metrics
             ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
             : "text/plain; version=0.0.4; charset=utf-8";
}

void MetricWriter::family(MetricType type, std::string_view name, std::string_view unit,
                          std::string_view help) {
  VOICE_ASSERT(name.ends_with(unit));
  type_ = type;
  name_ = name;
  const bool open_metrics = exposition_ == Exposition::open_metrics;
  // OpenMetrics names a family without its suffix, the older format with it.
  const std::string_view family_suffix = open_metrics ? std::string_view{} : suffix(type);
  const auto line = [&](std::string_view keyword, std::string_view text) {
    out_.append("# ").append(keyword).append(" ").append(name).append(family_suffix);
    out_.append(" ").append(text).append("\n");
  };
  line("HELP", help);
  line("TYPE", type_name(type, exposition_));
  if (open_metrics && !unit.empty()) line("UNIT", unit);
}

MetricWriter& MetricWriter::label(std::string_view name, std::string_view text) {
  labels_ += labels_.empty() ? '{' : ',';
  labels_.append(name).append("=\"");
  for (const char c : text) {
    if (c == '\n') {
      labels_ += "\\n";
    } else {
      if (c == '"' || c == '\\') labels_ += '\\';
      labels_ += c;
    }
  }
  labels_ += '"';
  return *this;
}

MetricWriter& MetricWriter::label(std::string_view name, std::uint64_t number) {
  char text[24];
  const auto end = std::to_chars(text, text + sizeof text, number).ptr;
  return label(name, std::string_view(text, static_cast<std::size_t>(end - text)));
}

void MetricWriter::value(std::uint64_t number_) {
  sample(suffix(type_));
  number(number_);
}

void MetricWriter::value(double number_) {
  sample(suffix(type_));
  number(number_);
}

void MetricWriter::value(Duration duration) {
  value(seconds(duration));
}

void MetricWriter::histogram(const voice::DurationHistogram& durations) {
  const auto bucket = [this](std::string_view edge, std::uint64_t count) {
    label("le", edge);
    sample("_bucket");
    number(count);
  };
  Duration limit = first_bucket;
  for (int i = 0; i < bucket_count; ++i, limit *= 2) {
    char edge[32];
    const auto end = std::to_chars(edge, edge + sizeof edge, seconds(limit)).ptr;
    bucket({edge, static_cast<std::size_t>(end - edge)}, durations.count_up_to(limit));
  }
  bucket("+Inf", durations.count());
  sample("_sum");
  number(seconds(durations.sum()));
  sample("_count");
  number(durations.count());
}

void MetricWriter::end() {
  if (exposition_ == Exposition::open_metrics) out_ += "# EOF\n";
}

void MetricWriter::sample(std::string_view suffix) {
  out_.append(name_).append(suffix);
  if (!labels_.empty()) out_.append(labels_).append("}");
  labels_.clear();
  out_ += ' ';
}

void MetricWriter::number(std::uint64_t number) {
  char text[24];
  out_.append(text, std::to_chars(text, text + sizeof text, number).ptr);
  out_ += '\n';
}

void MetricWriter::number(double number) {
  char text[32];
  out_.append(text, std::to_chars(text, text + sizeof text, number).ptr);
  out_ += '\n';
}

}  // namespace voiced
