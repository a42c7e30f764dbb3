#include "common/app/log.hpp"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <mutex>
#ifdef _WIN32
#include <io.h>
#else
#include <unistd.h>
#endif

namespace voice::app {
namespace {

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

class StreamSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  StreamSink(std::FILE* stream, bool journal) : stream_(stream), journal_(journal) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    if (journal_) {
      const char prefix[] = {'<', journal_priority(message.level), '>'};
      line.append(prefix, prefix + sizeof prefix);
    }
    formatter_->format(message, line);
    std::fwrite(line.data(), 1, line.size(), stream_);
    std::fflush(stream_);
  }
  void flush_() override { std::fflush(stream_); }

 private:
  std::FILE* stream_;
  bool journal_;
};

}  // namespace

bool is_log_level(const std::string& name) {
  for (const char* level : level_names) {
    if (name == level) return true;
  }
  return false;
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

void start_logging(const std::string& level) {
  const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;
  auto sink = std::make_shared<StreamSink>(own_stderr(), journal);
  auto logger = std::make_shared<spdlog::logger>("voice", std::move(sink));
  logger->set_pattern(journal ? "%v" : "%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  spdlog::set_default_logger(std::move(logger));
  set_log_level(level);
}

void set_log_level(const std::string& level) {
  // spdlog's own name for it is "warning"; it takes ours too.
  spdlog::set_level(spdlog::level::from_str(level));
}

}  // namespace voice::app
