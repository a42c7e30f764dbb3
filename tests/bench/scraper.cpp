// Queries voiced's metrics endpoint a given number of times a second, over persistent connections,
// and prints one JSON line: how many answers, and how long they took. One thread, bounded time.
// POSIX.
#include <CLI/CLI.hpp>
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::duration;

struct Options {
  std::uint16_t port = 9464;
  double rate = 1000;
  double seconds = 10;
  std::size_t connections = 30;
  std::string path = "/metrics";
};

// One connection, with at most one request under way.
class Scraper {
 public:
  Scraper(const Options& options) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(options.port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ok_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 &&
          ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0 &&
          ::fcntl(socket_, F_SETFL, O_NONBLOCK) == 0;
  }

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] int socket() const { return socket_; }
  [[nodiscard]] bool waits() const { return waits_; }

  void ask(const std::string& request) {
    asked_ = Clock::now();
    waits_ = ok_ = ::send(socket_, request.data(), request.size(), MSG_NOSIGNAL) ==
                   static_cast<ssize_t>(request.size());
  }

  /// Reads what has arrived; if that completes the answer, returns the time it took.
  double read() {
    char buffer[16384];
    const ssize_t count = ::recv(socket_, buffer, sizeof buffer, 0);
    if (count <= 0) {
      ok_ = count < 0 && errno == EAGAIN;
      waits_ = waits_ && ok_;
      return -1;
    }
    answer_.append(buffer, static_cast<std::size_t>(count));
    const std::size_t end = answer_.find("\r\n\r\n");
    const std::string marker = "Content-Length: ";
    const std::size_t length = answer_.find(marker);
    if (end == std::string::npos || length == std::string::npos) return -1;
    const std::size_t size = end + 4 + std::stoul(answer_.substr(length + marker.size()));
    if (answer_.size() < size) return -1;
    good_ += answer_.rfind("HTTP/1.1 200 ", 0) == 0 ? 1U : 0U;
    bytes_ += size;
    answer_.clear();
    waits_ = false;
    return duration<double, std::milli>(Clock::now() - asked_).count();
  }

  [[nodiscard]] std::uint64_t good() const { return good_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  int socket_;
  bool ok_ = false;
  bool waits_ = false;
  std::string answer_;
  Clock::time_point asked_;
  std::uint64_t good_ = 0;
  std::uint64_t bytes_ = 0;
};

double quantile(std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

class Run {
 public:
  explicit Run(const Options& options) : options_(options) {
    for (std::size_t i = 0; i < options.connections; ++i) {
      scrapers_.emplace_back(options);
      polled_.push_back({scrapers_.back().socket(), POLLIN, 0});
    }
  }

  int measure() {
    const auto begin = Clock::now();
    const auto end = begin + duration<double>(options_.seconds);
    while (Clock::now() < end) {
      // Requests are due at even intervals; those for which no connection was free are still due.
      const double passed = duration<double>(Clock::now() - begin).count();
      const auto due = static_cast<std::uint64_t>(passed * options_.rate);
      for (std::size_t i = 0; i < scrapers_.size() && asked_ < due; ++i) {
        // In turn, so that none is idle for long enough to be closed.
        Scraper& scraper = scrapers_[next_++ % scrapers_.size()];
        if (!scraper.ok() || scraper.waits()) continue;
        scraper.ask(request_);
        ++asked_;
      }
      (void)::poll(polled_.data(), polled_.size(), 1);
      for (std::size_t i = 0; i < scrapers_.size(); ++i) {
        if (!scrapers_[i].ok() || !scrapers_[i].waits() || polled_[i].revents == 0) continue;
        const double took_ms = scrapers_[i].read();
        if (took_ms >= 0) times_ms_.push_back(took_ms);
      }
    }
    report(duration<double>(Clock::now() - begin).count());
    return broken() == 0 && !times_ms_.empty() ? 0 : 1;
  }

 private:
  [[nodiscard]] long broken() const {
    return std::count_if(scrapers_.begin(), scrapers_.end(),
                         [](const Scraper& scraper) { return !scraper.ok(); });
  }

  void report(double seconds) {
    std::uint64_t good = 0;
    std::uint64_t bytes = 0;
    for (const Scraper& scraper : scrapers_) {
      good += scraper.good();
      bytes += scraper.bytes();
    }
    std::sort(times_ms_.begin(), times_ms_.end());
    std::printf(
        "{\"scrapes\":%zu,\"scrapes_good\":%llu,\"scrapes_per_s\":%.1f,\"scrape_bytes\":%.0f,"
        "\"scrape_p50_ms\":%.2f,\"scrape_p99_ms\":%.2f,\"scrape_max_ms\":%.2f,\"broken\":%ld}\n",
        times_ms_.size(), static_cast<unsigned long long>(good),
        static_cast<double>(times_ms_.size()) / seconds,
        static_cast<double>(bytes) /
            static_cast<double>(std::max<std::size_t>(1, times_ms_.size())),
        quantile(times_ms_, 0.5), quantile(times_ms_, 0.99), quantile(times_ms_, 1), broken());
  }

  Options options_;
  std::string request_ = "GET " + options_.path +
                         " HTTP/1.1\r\nHost: voiced\r\nAccept: application/openmetrics-text;"
                         "version=1.0.0\r\n\r\n";
  std::vector<Scraper> scrapers_;
  std::vector<pollfd> polled_;
  std::vector<double> times_ms_;
  std::uint64_t asked_ = 0;
  std::size_t next_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Load generator for voiced's metrics endpoint. Prints one JSON line."};
  app.add_option("--port", options.port, "the endpoint's port on 127.0.0.1")->capture_default_str();
  app.add_option("--rate", options.rate, "requests a second, all together")->capture_default_str();
  app.add_option("--seconds", options.seconds, "for so long")->capture_default_str();
  app.add_option("--connections", options.connections, "connections that stay")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  app.add_option("--path", options.path, "what is asked for")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  return Run(options).measure();
}
