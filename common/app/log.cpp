#include "common/app/log.hpp"

#include "common/app/json_log_line.hpp"
#include "common/background/line_writer.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string_view>
#ifdef _WIN32
#include <io.h>
#else
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#endif

namespace voice::app {
namespace {

enum class Format : std::uint8_t { journal, text, json };

// How long an ending program waits for its log lines to be written.
constexpr std::chrono::seconds flush_max{1};

constexpr std::array format_names{"auto", "journal", "text", "json"};
constexpr std::array level_names{"trace", "debug", "info", "warn", "error", "off"};

// sd-daemon(3): a kernel priority at the beginning of a line on stderr.
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

int descriptor_of_log() {
#ifdef _WIN32
  return _fileno(own_stderr());
#else
  return fileno(own_stderr());
#endif
}

Format format_of(const std::string& name) {
  if (name == "json") return Format::json;
  if (name == "text") return Format::text;
  if (name == "journal") return Format::journal;
  return is_journal(descriptor_of_log(), std::getenv("JOURNAL_STREAM")) ? Format::journal
                                                                        : Format::text;
}

std::string_view text_of(const spdlog::memory_buf_t& buffer) {
  return {buffer.data(), buffer.size()};
}

std::string_view text_of(spdlog::string_view_t view) {
  return {view.data(), view.size()};
}

// A thread that is created during its lifetime gets no signals: neither those for the program, nor
// SIGPIPE when nobody reads the log any more.
class SignalsElsewhere {
 public:
#ifdef _WIN32
  SignalsElsewhere() = default;
  ~SignalsElsewhere() = default;
#else
  SignalsElsewhere() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~SignalsElsewhere() {
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
#endif
  SignalsElsewhere(const SignalsElsewhere&) = delete;
  SignalsElsewhere& operator=(const SignalsElsewhere&) = delete;

 private:
#ifndef _WIN32
  sigset_t before_;
#endif
};

std::unique_ptr<LineWriter> writer_to(int descriptor) {
  const SignalsElsewhere elsewhere;
  return std::make_unique<LineWriter>(descriptor);
}

// While lines are being lost, that is reported at most this often.
constexpr std::chrono::seconds tell_lost_every{10};

// Lines go to a writer with its own thread, so that logging never waits for the reader.
class LogSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  LogSink(int descriptor, Format format) : writer_(writer_to(descriptor)), format_(format) {}

  void set_format(Format format) {
    const std::lock_guard lock(mutex_);
    format_ = format;
  }
  [[nodiscard]] std::uint64_t lost_lines() const { return writer_->lost_lines(); }
  void flush_for(Duration patience) const { (void)writer_->flush(patience); }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    tell_lost(message.time);
    writer_->write(line_of(message, text_of(message.payload)));
  }
  void flush_() override {}

 private:
  [[nodiscard]] std::string line_of(const spdlog::details::log_msg& message,
                                    std::string_view event) {
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
    return line;
  }

  // Lost lines count as told when their report has been written: a full disk loses reports, too.
  void tell_lost(spdlog::log_clock::time_point time) {
    const LineWriter::Report report = writer_->report();
    if (report == LineWriter::Report::waiting) return;
    if (report == LineWriter::Report::written) told_ = telling_;
    const std::uint64_t lost = writer_->lost_lines();
    if (lost == told_) return;
    const auto now = std::chrono::steady_clock::now();
    if (report == LineWriter::Report::written && now < next_tell_) return;
    const std::string event = "log lines lost count=" + std::to_string(lost - told_) +
                              " (the log was not read, or there was no room for it)";
    const spdlog::details::log_msg message(time, {}, "", spdlog::level::warn, event);
    if (!writer_->write_report(line_of(message, event))) return;
    telling_ = lost;
    next_tell_ = now + tell_lost_every;
  }

  std::unique_ptr<LineWriter> writer_;
  Format format_;
  std::uint64_t told_ = 0;     // of the lines lost
  std::uint64_t telling_ = 0;  // the same once the last report is written
  std::chrono::steady_clock::time_point next_tell_{};
  spdlog::pattern_formatter time_{"%Y-%m-%dT%H:%M:%S.%e%z", spdlog::pattern_time_type::local, ""};
};

// The one sink of the program, for changes while it runs.
std::shared_ptr<LogSink>& current_sink() {
  static std::shared_ptr<LogSink> sink;
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
    int copy = dup(2);
    // Started without a stderr: its descriptor may become that of a socket, which must not get our
    // lines.
    if (copy < 0) copy = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    std::FILE* opened = copy < 0 ? nullptr : fdopen(copy, "w");
#endif
    return opened != nullptr ? opened : stderr;
  }();
  return stream;
}

bool is_journal([[maybe_unused]] int descriptor, const char* journal_stream) {
  if (journal_stream == nullptr) return false;
#ifdef _WIN32
  return false;
#else
  // The variable is also set for programs that a service has started with another stderr.
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return false;
  return journal_stream == std::to_string(status.st_dev) + ':' + std::to_string(status.st_ino);
#endif
}

std::uint64_t lost_log_lines() {
  return current_sink() ? current_sink()->lost_lines() : 0;
}

void flush_log() {
  if (current_sink()) current_sink()->flush_for(flush_max);
}

void start_logging(const std::string& level, const std::string& format) {
  current_sink() = std::make_shared<LogSink>(descriptor_of_log(), format_of(format));
  spdlog::set_default_logger(std::make_shared<spdlog::logger>("voice", current_sink()));
  // spdlog would report a line that cannot be formatted on stderr, which may block.
  spdlog::set_error_handler([](const std::string&) {});
  set_log_level(level);
}

void set_log_format(const std::string& format) {
  if (current_sink()) current_sink()->set_format(format_of(format));
}

void set_log_level(const std::string& level) {
  // spdlog calls it "warning", but accepts our name too.
  spdlog::set_level(spdlog::level::from_str(level));
}

}  // namespace voice::app
