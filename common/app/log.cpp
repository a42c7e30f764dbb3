#include "common/app/log.hpp"

#include "common/app/json_log_line.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string_view>
#ifdef _WIN32
#include <io.h>
#else
#include <unistd.h>
#endif

namespace voice::app {
namespace {

enum class Format : std::uint8_t { journal, text, json };

constexpr std::array format_names{"auto", "journal", "text", "json"};
constexpr std::array level_names{"trace", "debug", "info", "warn", "error", "off"};

// sd-daemon(3): the kernel's priorities in front of a line on stderr.
char journal_priority(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::critical:
      return '2';
    case spdlog::level::err:
      return '3';
    case spdlog::level::warn:
      return '4';
    case spdlog::level::info:
      return '6';
    default:
      return '7';
  }
}

Format format_of(const std::string& name) {
  if (name == "json") return Format::json;
  if (name == "text") return Format::text;
  if (name == "journal") return Format::journal;
  return std::getenv("JOURNAL_STREAM") != nullptr ? Format::journal : Format::text;
}

std::string_view text_of(const spdlog::memory_buf_t& buffer) {
  return {buffer.data(), buffer.size()};
}

std::string_view text_of(spdlog::string_view_t view) {
  return {view.data(), view.size()};
}

class StreamSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  StreamSink(std::FILE* stream, Format format) : stream_(stream), format_(format) {}

  void set_format(Format format) {
    const std::lock_guard lock(mutex_);
    format_ = format;
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const std::string_view event = text_of(message.payload);
    std::string line;
    if (format_ == Format::journal) {
      line += {'<', journal_priority(message.level), '>'};
      line += event;
    } else {
      spdlog::memory_buf_t time;
      time_.format(message, time);
      const std::string_view level = text_of(spdlog::level::to_string_view(message.level));
      if (format_ == Format::json) {
        line = json_log_line(text_of(time), level, event);
      } else {
        line.append(text_of(time)).append(" ").append(level).append(" ").append(event);
      }
    }
    line += '\n';
    std::fwrite(line.data(), 1, line.size(), stream_);
    std::fflush(stream_);
  }
  void flush_() override { std::fflush(stream_); }

 private:
  std::FILE* stream_;
  Format format_;
  spdlog::pattern_formatter time_{"%Y-%m-%dT%H:%M:%S.%e%z", spdlog::pattern_time_type::local, ""};
};

// The one sink of the program, for changes while it runs.
std::shared_ptr<StreamSink>& current_sink() {
  static std::shared_ptr<StreamSink> sink;
  return sink;
}

}  // namespace

std::vector<std::string> log_level_names() {
  return {level_names.begin(), level_names.end()};
}

std::vector<std::string> log_format_names() {
  return {format_names.begin(), format_names.end()};
}

std::FILE* own_stderr() {
  static std::FILE* const stream = [] {
#ifdef _WIN32
    const int copy = _dup(2);
    std::FILE* opened = copy < 0 ? nullptr : _fdopen(copy, "w");
#else
    const int copy = dup(2);
    std::FILE* opened = copy < 0 ? nullptr : fdopen(copy, "w");
#endif
    return opened != nullptr ? opened : stderr;
  }();
  return stream;
}

void start_logging(const std::string& level, const std::string& format) {
  current_sink() = std::make_shared<StreamSink>(own_stderr(), format_of(format));
  spdlog::set_default_logger(std::make_shared<spdlog::logger>("voice", current_sink()));
  set_log_level(level);
}

void set_log_format(const std::string& format) {
  if (current_sink()) current_sink()->set_format(format_of(format));
}

void set_log_level(const std::string& level) {
  // spdlog's own name for it is "warning"; it takes ours too.
  spdlog::set_level(spdlog::level::from_str(level));
}

}  // namespace voice::app
