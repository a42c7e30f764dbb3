#include "tests/soak/server_watch.hpp"

#include "tests/support/eventually.hpp"

#include <signal.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace soak {
namespace {

namespace fs = std::filesystem;

constexpr const char* statistics_mark = "statistics participants=";

fs::path proc(long pid) {
  return fs::path("/proc") / std::to_string(pid);
}

std::string content_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::uint64_t value_of(const std::string& line, const std::string& key) {
  const std::size_t at = line.find(' ' + key + '=');
  if (at == std::string::npos) throw std::runtime_error("the statistics do not tell " + key);
  return std::stoull(line.substr(at + key.size() + 2));
}

}  // namespace

double ServerWatch::rss_kib() const {
  std::ifstream file(proc(pid_) / "smaps_rollup");
  for (std::string word; file >> word;) {
    double kib = 0;
    if (word == "Rss:" && file >> kib) return kib;
  }
  throw std::runtime_error("the server is gone");
}

std::size_t ServerWatch::descriptors() const {
  const fs::directory_iterator all(proc(pid_) / "fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

ServerStatistics ServerWatch::statistics() const {
  const std::size_t before = content_of(log_file_).size();
  ::kill(static_cast<pid_t>(pid_), SIGUSR1);
  std::string line;
  const bool answered = voice::test::eventually([&] {
    const std::string log = content_of(log_file_);
    const std::size_t at = log.find(statistics_mark, before);
    if (at == std::string::npos) return false;
    const std::size_t end = log.find('\n', at);
    if (end == std::string::npos) return false;
    line = log.substr(at, end - at);
    return true;
  });
  if (!answered) throw std::runtime_error("the server does not answer SIGUSR1");
  return {value_of(line, "ticks"), value_of(line, "late_ticks"), value_of(line, "skipped_ticks"),
          value_of(line, "packets_in"), value_of(line, "messages_out")};
}

}  // namespace soak
